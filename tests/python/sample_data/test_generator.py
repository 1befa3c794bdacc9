"""The generator writes the seed, byte by byte."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sample_data.draws import Draws
from sample_data.invoices import pounds

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = REPOSITORY / "seeds" / "sample_invoices.csv"
LARGEST_SIZE = 2_000_000


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_running_the_module_gives_the_bytes_of_the_seed(tmp_path: Path, hash_seed: str) -> None:
    # A copy of the package beside an empty `seeds`: the run must not touch the seed it is held against.
    shutil.copytree(REPOSITORY / "python" / "sample_data", tmp_path / "python" / "sample_data")
    (tmp_path / "seeds").mkdir()
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path / "python"),
        "PYTHONHASHSEED": hash_seed,
        "PYTHONUTF8": "0",
        "TZ": "Pacific/Kiritimati",
    }

    subprocess.run([sys.executable, "-m", "sample_data"], cwd=tmp_path, env=environment, check=True)

    assert (tmp_path / "seeds" / "sample_invoices.csv").read_bytes() == SAMPLE.read_bytes()


def test_the_seed_is_small_utf8_with_plain_line_ends() -> None:
    content = SAMPLE.read_bytes()

    assert len(content) < LARGEST_SIZE
    assert b"\r" not in content
    assert content.endswith(b"\n")
    # Raises where the bytes are not UTF-8; the accent shows that there is more than ASCII to get wrong.
    assert "CAFÉ" in content.decode("utf-8")


@pytest.mark.parametrize(
    ("pence", "text"),
    [(0, "0.00"), (5, "0.05"), (1205, "12.05"), (-30, "-0.30"), (-431015, "-4310.15")],
)
def test_pence_are_written_as_pounds_without_rounding(pence: int, text: str) -> None:
    assert pounds(pence) == text


def test_draws_stay_in_their_range_and_reach_both_ends() -> None:
    draws = Draws(1, "range")

    drawn = {draws.between(3, 6) for _ in range(200)}

    assert drawn == {3, 4, 5, 6}


def test_weighted_draws_follow_the_weights() -> None:
    draws = Draws(1, "weights")

    drawn = [draws.pick_weighted(("never", "seldom", "often"), (0, 100, 1000)) for _ in range(2000)]

    assert drawn.count("never") == 0
    assert 140 < drawn.count("seldom") < 260


def test_a_sample_has_no_place_twice_and_may_be_all() -> None:
    draws = Draws(1, "sample")

    assert len(set(draws.sample(range(50), 20))) == 20
    assert sorted(draws.shuffled(range(50))) == list(range(50))
    assert draws.sample("ab", 5) in (["a", "b"], ["b", "a"])


def test_a_purpose_has_its_own_stream() -> None:
    first, second, same = (Draws(1, purpose) for purpose in ("guests", "returns", "guests"))
    drawn = [[draws.below(1_000_000) for _ in range(5)] for draws in (first, second, same)]

    assert drawn[0] == drawn[2]
    assert drawn[0] != drawn[1]
