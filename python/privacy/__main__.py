"""Forget the customer named in CUSTOMER: python -m privacy forget, in the project's root.

Environment:
    CUSTOMER: The customer id; not an argument, which every user of the machine could read while this runs.
    SEGMENTATION_PRIVACY_KEY: The key of the list of forgotten customers.
    DBT_ARGS: The arguments of the usual build, the vars that name the input among them.
    SHOP, SEGMENTATION_DATABASE, SEGMENTATION_PUBLISHED: As for a build.
"""

import os
import sys
from pathlib import Path

import duckdb

from database_file.lock import DatabaseInUseError
from make_build.__main__ import main as build
from make_build.arguments import ArgumentsProblem, use_arguments
from privacy.forgetting import forget
from privacy.keys import PrivacyError
from publishing import PublishingError


def main(arguments: list[str]) -> int:
    """Forget one customer and return the exit code."""
    if arguments != ["forget"]:
        print("Usage: CUSTOMER='the customer id' python -m privacy forget")
        return 2
    try:
        use_arguments()
    except ArgumentsProblem as problem:
        print(problem)
        return 2
    database = Path(os.environ.get("SEGMENTATION_DATABASE") or "warehouse.duckdb")
    try:
        done = forget(os.environ.pop("CUSTOMER", ""), database, build)
    except (PrivacyError, PublishingError, DatabaseInUseError) as error:
        print(error)
        return 1
    except (OSError, duckdb.Error) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        print(
            f"The customer is not forgotten yet ({reason}): check the disk, then forget the customer again."
        )
        return 1
    print("\n".join(done))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
