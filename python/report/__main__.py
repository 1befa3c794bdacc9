"""Draw the report of a published database by hand: python -m report [--database …] [--folder …]."""

import argparse
import sys
from pathlib import Path

import click

from report.rendering import STEPS, render


def main() -> int:
    """Draw the report with a progress bar; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m report", description=__doc__)
    parser.add_argument(
        "--database",
        type=Path,
        default=Path("published/segments.duckdb"),
        help="the published database; default %(default)s",
    )
    parser.add_argument(
        "--folder", type=Path, help="where report.html and figures/ go; default: beside the database"
    )
    arguments = parser.parse_args()
    folder = arguments.folder or arguments.database.parent
    if not arguments.database.is_file():
        print(
            f"There is no published database at {arguments.database}: "
            "run dbt build, or name it with --database."
        )
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with click.progressbar(
        length=len(STEPS), label="Drawing the report", item_show_func=lambda name: name, file=sys.stderr
    ) as bar:
        render(arguments.database, folder, lambda name: bar.update(1, name))
    print(f"The report is {folder / 'report.html'}, its figures are in {folder / 'figures'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
