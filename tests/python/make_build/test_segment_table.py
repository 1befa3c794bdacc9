"""The table of segments that a build prints, from its macro: as wide as the terminal, and no wider."""

from pathlib import Path

import jinja2
import pytest

ROWS = [
    ("Champions", "167", "22.1 %", "83.7 %", "32", "11", "£1,493.30", "Give early access. " * 6, False),
    ("Hibernating customers of long ago", "1,256", "77.9 %", "16.3 %", "414", "1", "£35.65", "Wait.", False),
]
HEADERS = 2


class ReturnedError(Exception):
    """What a macro hands back, as dbt's `return` does it."""


def segment_lines(repo_root: Path, rows: list[tuple[object, ...]], width: int) -> list[str]:
    def hand_back(value: object) -> None:
        raise ReturnedError(value)

    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = hand_back
    text = (repo_root / "macros" / "output" / "show_segments.sql").read_text(encoding="utf-8")
    with pytest.raises(ReturnedError) as found:
        environment.from_string(text).module.segment_lines(rows, width)  # type: ignore[attr-defined]
    return [line for lines in found.value.args[0] for line in lines.split("\n")]


@pytest.mark.parametrize("width", [70, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(repo_root: Path, width: int) -> None:
    lines = segment_lines(repo_root, ROWS, width)
    assert max(map(len, lines)) <= width
    for row in ROWS:
        # A long name goes on in the next line.
        (line,) = [line for line in lines if line.endswith(str(row[6]))]
        assert line.startswith(f"  {str(row[0])[:9]}")
        assert all(str(value) in line for value in row[1:7])
    assert any(str(ROWS[1][0]) in line for line in lines) == (width > 80)
    assert all(word in " ".join(lines).split() for word in str(ROWS[1][0]).split())


def test_the_action_is_below_its_segment_in_full(repo_root: Path) -> None:
    lines = segment_lines(repo_root, ROWS, 80)
    first, second = (
        next(number for number, line in enumerate(lines) if line.startswith(f"  {name}"))
        for name in ("Champions", "Hibernating")
    )
    assert first == HEADERS
    assert all(line.startswith("      Give") or "early" in line for line in lines[first + 1 : second])
    assert " ".join(" ".join(lines[first + 1 : second]).split()) == str(ROWS[0][7]).strip()
    assert lines[second + 2] == "      Wait."


def test_one_customer_with_nearly_all_revenue_is_flagged(repo_root: Path) -> None:
    whale = ("Whale", "1", "0.1 %", "97.2 %", "3", "90", "£900,000.00", None, True)
    lines = segment_lines(repo_root, [whale, *ROWS], 80)
    assert (
        lines[HEADERS + 1] == "      One customer: this segment is one customer, with 97.2 % of the revenue."
    )
    assert sum("One customer" in line for line in lines) == 1
