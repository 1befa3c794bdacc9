"""Deliveries of invoices day by day: after each, the warehouse that follows equals one made from nothing.

A folder of daily files grows as a shop's does, and is disturbed as shops disturb it: days come late, come
twice, come corrected, are taken back, or share an invoice with another day.
"""

import csv
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from campaigns.builds import Place, difference, look

# Up to these every table is counted from the lines alone.
LINES = ("cleaning_ledger", "rejected_invoice_lines", "int_customer_measures", "int_revenue")
LINES_ONLY = (
    "--select",
    *(f"+{model}" for model in LINES),
    "--exclude-resource-type",
    "test",
    "--exclude-resource-type",
    "unit_test",
)
# Share of the days that are there at first. A step changes few enough records not to read all of them anew.
FIRST_SHARE = 0.6
MOST_NEW_DAYS = 5


class Deliveries:
    """A folder of daily files to which things happen, each drawn at random."""

    def __init__(self, days: Sequence[Path], folder: Path, seed: int) -> None:
        """Copy the first days.

        Args:
            days: CSV files with one header, in any order; they stay as they are.
            folder: Where the files are delivered to; has to exist.
            seed: Of everything random.
        """
        self.folder = folder
        self._draw = random.Random(seed)
        self._to_come = sorted(days)
        self._draw.shuffle(self._to_come)
        for _ in range(round(FIRST_SHARE * len(self._to_come))):
            self._deliver()

    def step(self) -> str:
        """Let new days come, and sometimes more; returns what happened, in words."""
        events = [f"{self._new_days()} new"]
        for event in (self._deliver_again, self._correct, self._take_back, self._share_an_invoice):
            if self._draw.random() < 0.5:
                events.append(event())
        return ", ".join(events)

    def _deliver(self) -> None:
        day = self._to_come.pop()
        shutil.copy(day, self.folder / day.name)

    def _new_days(self) -> int:
        count = min(self._draw.randint(0, MOST_NEW_DAYS), len(self._to_come))
        for _ in range(count):
            self._deliver()
        return count

    def _any_file(self) -> Path:
        return self._draw.choice(sorted(self.folder.iterdir()))

    def _deliver_again(self) -> str:
        """The same bytes under another name; before or after the first in the order of names."""
        day = self._any_file()
        copy = self.folder / f"{self._draw.choice('0z')}{self._draw.randrange(1000)} {day.name}"
        shutil.copy(day, copy)
        return f"{copy.name} delivered again"

    def _correct(self) -> str:
        """Lines leave, change, or stand there twice."""
        day = self._any_file()
        header, records = read_records(day)
        for _ in range(self._draw.randint(1, 5)):
            place = self._draw.randrange(len(records))
            change = self._draw.choice(("leave", "twice", "quantity", "customer"))
            if change == "leave" and len(records) > 1:
                del records[place]
            elif change == "twice":
                records.insert(self._draw.randrange(len(records)), list(records[place]))
            elif change == "quantity":
                records[place][header.index("Quantity")] = str(self._draw.choice((-9, 0, 3, "many")))
            elif change == "customer":
                other = self._draw.choice(records)[header.index("CustomerID")]
                records[place][header.index("CustomerID")] = other
        write_records(day, header, records)
        return f"{day.name} corrected"

    def _take_back(self) -> str:
        day = self._any_file()
        day.unlink()
        return f"{day.name} taken back"

    def _share_an_invoice(self) -> str:
        """Some lines move to another day's file: invoices, and copies of lines, lie in both."""
        source, target = self._any_file(), self._any_file()
        header, records = read_records(source)
        moved = records[: self._draw.randint(1, min(20, len(records)))]
        target_header, target_records = read_records(target)
        write_records(target, target_header, target_records + moved)
        if self._draw.random() < 0.5 and len(moved) < len(records) and source != target:
            write_records(source, header, records[len(moved) :])
        return f"lines of {source.name} in {target.name}"


def read_records(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and records of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file)
    return header, records


def write_records(path: Path, header: list[str], records: list[list[str]]) -> None:
    """Write a CSV file as the sample's is written."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *records])


def split_by_date(path: Path, folder: Path, n_characters: int = 10) -> list[Path]:
    """Write the records of a CSV file with ISO dates into files; returns their paths, in order.

    n_characters: of the date that a file has in common: 10 for days, 9 for about ten days, 7 for months.
    """
    header, records = read_records(path)
    place = header.index("InvoiceDate")
    days = []

    def date_of(record: list[str]) -> str:
        return record[place][:n_characters]

    for date, of_date in groupby(sorted(records, key=date_of), date_of):
        days.append(folder / f"{date}.csv")
        write_records(days[-1], header, list(of_date))
    return days


def build_lines(place: Place, folder: Path) -> bool:
    """Build the tables of lines from the folder; returns whether some files did not have to be read."""
    place.folder.mkdir(parents=True, exist_ok=True)
    output = place.must_build(*LINES_ONLY, variables={"invoices": str(folder)})
    counts = re.search(r"Lines: (\d+) of (\d+) files are read", output)
    return counts is not None and int(counts[1]) < int(counts[2])


def follow_days(
    days: Sequence[Path], n_steps: int, seed: int, say: Callable[[str], None]
) -> tuple[int, list[str]]:
    """Build after each of `n_steps` deliveries; returns the steps that were followed and what differed.

    A step is followed where lines that did not change were not read again.
    """
    problems = []
    n_followed = 0
    with tempfile.TemporaryDirectory(prefix="days ") as name:
        folder = Path(name, "delivered")
        folder.mkdir()
        deliveries = Deliveries(days, folder, seed)
        following, anew = Place(Path(name, "following")), Place(Path(name, "anew"))
        build_lines(following, folder)
        for number in range(1, n_steps + 1):
            happened = deliveries.step()
            n_followed += build_lines(following, folder)
            anew.database.unlink(missing_ok=True)
            build_lines(anew, folder)
            found = difference(following, look(anew))
            problems += [f"step {number}, {happened}: {sentence}" for sentence in found]
            say(f"step {number} of {n_steps}, {happened}: {', '.join(found) or 'equal'}")
    return n_followed, problems
