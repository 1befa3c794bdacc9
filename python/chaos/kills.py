"""Builds killed at random moments: nothing is half done, and the next build ends as if nothing had been.

Each round starts from the same finished build of one input, kills a build of another input, looks at
everything, and builds again. Every second kill falls while the build publishes, which is short and would
hardly be hit otherwise.
"""

import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chaos.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Left, Place, damage, difference, kill, look
from chaos.shops import HEADERS, random_shop, write_csv
from publishing.places import UNFINISHED, builds_folder

# How long the files of a small build take to be written; the kill falls within it.
PUBLISHING_SECONDS = 1.5


@dataclass
class KillFigures:
    """What a campaign found: kills by where they fell, and sentences about damage."""

    kills: Counter[str] = field(default_factory=Counter)
    damages: list[str] = field(default_factory=list)


def run_kills(n_kills: int, seed: int, say: Callable[[str], None]) -> KillFigures:
    """Kill `n_kills` builds, each at a moment drawn with the seed, and tell the figures."""
    draw = random.Random(seed)
    figures = KillFigures()
    with tempfile.TemporaryDirectory(prefix="kills ") as name:
        old, new, place = (Place(Path(name) / part) for part in ("old", "new", "killed"))
        variables = two_inputs(Path(name))
        before, after, seconds = two_builds(old, new, variables)
        say(f"An undisturbed build takes {seconds:.1f} s and leaves {len(after.tables)} tables.")
        for number in range(1, n_kills + 1):
            place.restore(old)
            process = place.start(*NO_UNIT_TESTS, variables=variables[1])
            is_publishing = number % 2 == 0
            if is_publishing:
                wait_for_publishing(process, place)
                time.sleep(draw.uniform(0, PUBLISHING_SECONDS))
            else:
                time.sleep(draw.uniform(0, seconds))
            figures.kills[what_was_hit(process, place, is_publishing)] += 1
            kill(process)
            found = damage(place, before, after)
            exit_code, output = place.build(*NO_UNIT_TESTS, variables=variables[1])
            if exit_code != 0:
                found.append(f"the next build failed: {output[-2000:]}")
            found += difference(place, after)
            figures.damages += [f"kill {number}: {sentence}" for sentence in found]
            say(f"kill {number} of {n_kills}: {'; '.join(found) or 'no damage'}")
    return figures


def two_inputs(folder: Path) -> tuple[dict[str, object], dict[str, object]]:
    """The vars of builds of two different shops, written into the folder."""
    first, second = (
        QUICK_VARIABLES
        | {"invoices": str(write_csv(folder / f"shop {seed}.csv", HEADERS, random_shop(seed)))}
        for seed in (1, 2)
    )
    return first, second


def two_builds(
    old: Place, new: Place, variables: tuple[dict[str, object], dict[str, object]]
) -> tuple[Left, Left, float]:
    """Build the first input in `old`, the second after it in `new`; returns both and the second's seconds."""
    old.folder.mkdir()
    old.must_build(*NO_UNIT_TESTS, variables=variables[0])
    new.restore(old)
    started = time.monotonic()
    new.must_build(*NO_UNIT_TESTS, variables=variables[1])
    return look(old), look(new), time.monotonic() - started


def wait_for_publishing(process: subprocess.Popen[str], place: Place) -> None:
    """Wait until the build begins to write published files, or ends."""
    unfinished = builds_folder(place.published) / UNFINISHED
    while process.poll() is None and not unfinished.exists():
        time.sleep(0.01)


def what_was_hit(process: subprocess.Popen[str], place: Place, is_publishing: bool) -> str:
    """Where the kill falls, for the figures."""
    if process.poll() is not None:
        return "after its end"
    if (builds_folder(place.published) / UNFINISHED).exists():
        return "while it wrote published files"
    return "after it wrote published files" if is_publishing else "before it published"
