"""What a build is refused for before dbt starts, which takes it some ten seconds."""

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from invoice_reader import check_headers
from project_variables import check_variables

PROJECT = Path("dbt_project.yml")
# With one of them dbt reads another project, or other defaults.
OTHER_PROJECT = ("--project-dir", "--profiles-dir")
# dbt's own check of the vars says what is wrong with these.
JINJA_STARTS = ("{{", "{%", "{#")


def problem_before_dbt(arguments: list[str], given: Mapping[str, object] | None) -> str | None:
    """The sentence with which dbt would refuse the vars or the input.

    None where there is nothing to refuse, and where only dbt can tell.

    Args:
        arguments: dbt's arguments.
        given: Vars by name; None where `--vars` cannot be understood.
    """
    if given is None or any(argument.partition("=")[0] in OTHER_PROJECT for argument in arguments):
        return None
    if any(start in value for value in given.values() if isinstance(value, str) for start in JINJA_STARTS):
        return None
    variables = all_variables(given)
    return check_variables(variables, list(given)) or check_headers(variables, records_folder())


def all_variables(given: Mapping[str, object]) -> dict[str, Any]:
    """Every var: the project's defaults, and what is given instead; dates as text, as dbt passes them."""
    project = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))
    return {
        name: str(value) if isinstance(value, datetime.date) else value
        for name, value in {**project["vars"], **given}.items()
    }


def records_folder() -> Path:
    """Where a build puts its converted records, which are never an input."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target")) / "input_records"
