"""Shops and customer records at the edge, each through `dbt build` with all its data tests."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from campaigns.builds import NO_UNIT_TESTS, Place
from campaigns.shops import HEADERS, RECORD_HEADERS, special_records, special_shops, write_csv


def build_special_inputs(say: Callable[[str], None]) -> tuple[str, list[str]]:
    """Build all of them; returns the figures in a line, and what went wrong."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="shops ") as name:
        place = Place(Path(name))
        for shop in special_shops():
            problems += build_one(place, shop, say)
        for records in special_records():
            problems += build_one(place, records, say)
    return f"{len(special_shops())} shops and {len(special_records())} files of records", problems


def build_one(place: Place, name: str, say: Callable[[str], None]) -> list[str]:
    """Build one of them under make build; returns what went wrong.

    It may end with one sentence, or with every data test passed.
    """
    shops, records = special_shops(), special_records()
    variables: dict[str, object] = {}
    if name in shops:
        variables["invoices"] = str(write_csv(place.folder / "shop.csv", HEADERS, shops[name]()))
    else:
        path = write_csv(place.folder / "records.csv", RECORD_HEADERS, records[name])
        variables["customer_records"] = str(path)
    place.database.unlink(missing_ok=True)
    exit_code, output = place.build(*NO_UNIT_TESTS, variables=variables, runner=True)
    last = output.splitlines()[-1]
    say(f"{name}: {last if exit_code else 'built, every test passed'}")
    problems = []
    if "Traceback" in output:
        problems.append(f"{name}: a traceback: {output[-1500:]}")
    if exit_code != 0 and ("failed" in last or not last.endswith(".")):
        problems.append(f"{name}: {last}")
    # Without those that are repeated, indented, at the end.
    warnings = [line for line in output.splitlines() if line.startswith("Warning")]
    if len(warnings) > 2:
        problems.append(f"{name}: {len(warnings)} warnings, such as {warnings[0]}")
    return problems
