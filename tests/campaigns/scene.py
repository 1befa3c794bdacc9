"""What every disturbed build starts from: a finished build, and another input.

The input is that of another shop, so that all of it is read; or one more file of the same shop, so that the
build follows it.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaigns.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Left, Place, look
from campaigns.days import read_records, split_by_date, write_records
from campaigns.shops import HEADERS, random_shop, write_csv


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
def scene(*, follows: bool = False) -> Iterator[Scene]:
    """Make both builds in a temporary folder.

    follows: whether the second has the files of the first, one of them corrected, and one more.
    """
    with tempfile.TemporaryDirectory(prefix="scene ") as name:
        folder = Path(name)
        old, new = Place(folder / "old"), Place(folder / "new")
        shops = [write_csv(folder / f"shop {seed}.csv", HEADERS, random_shop(seed)) for seed in (1, 2)]
        first, second = (QUICK_VARIABLES | {"invoices": str(shop)} for shop in shops)
        old.folder.mkdir()
        if follows:
            delivered = folder / "delivered"
            delivered.mkdir()
            parts = split_by_date(shops[0], delivered, n_characters=9)
            last = parts[-1].rename(folder / parts[-1].name)
            first = second = QUICK_VARIABLES | {"invoices": str(delivered)}
            old.must_build(*NO_UNIT_TESTS, variables=first)
            last.rename(parts[-1])
            header, records = read_records(parts[0])
            write_records(parts[0], header, records[1:])
        else:
            old.must_build(*NO_UNIT_TESTS, variables=first)
        new.restore(old)
        started = time.monotonic()
        output = new.must_build(*NO_UNIT_TESTS, variables=second, alone=True)
        counts = re.search(r"Lines: (\d+) of (\d+) files are read", output)
        if (counts is not None and int(counts[1]) < int(counts[2])) != follows:
            raise RuntimeError(
                f"the second build was to {'follow' if follows else 'read everything'}: {output}"
            )
        yield Scene(folder, old, second, look(old), look(new), time.monotonic() - started)
