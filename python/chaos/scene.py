"""What every disturbed build starts from: the finished build of one shop, and another shop's input."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Left, Place, look
from chaos.shops import HEADERS, random_shop, write_csv


@dataclass(frozen=True)
class Scene:
    """Two builds, one after the other.

    old: where the first was made. variables: the vars of the second. before, after: what the first left, and
    what the second leaves undisturbed. seconds: how long that takes.
    """

    folder: Path
    old: Place
    variables: dict[str, object]
    before: Left
    after: Left
    seconds: float

    def place(self, name: str) -> Place:
        """A copy of the finished first build in the folder of that name."""
        place = Place(self.folder / name)
        place.restore(self.old)
        return place


@contextmanager
def scene() -> Iterator[Scene]:
    """Make both builds in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="scene ") as name:
        folder = Path(name)
        old, new = Place(folder / "old"), Place(folder / "new")
        first, second = (
            QUICK_VARIABLES
            | {"invoices": str(write_csv(folder / f"shop {seed}.csv", HEADERS, random_shop(seed)))}
            for seed in (1, 2)
        )
        old.folder.mkdir()
        old.must_build(*NO_UNIT_TESTS, variables=first)
        new.restore(old)
        started = time.monotonic()
        new.must_build(*NO_UNIT_TESTS, variables=second)
        yield Scene(folder, old, second, look(old), look(new), time.monotonic() - started)
