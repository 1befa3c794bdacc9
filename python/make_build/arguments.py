"""What a build is asked to do: the arguments in DBT_ARGS, and the shop's file that SHOP names.

A shop's file is YAML: vars of the project by name, and `database` and `published`, the paths that the build
writes. A var of `--vars` in DBT_ARGS wins over the file's, and the variables SEGMENTATION_DATABASE and
SEGMENTATION_PUBLISHED win over the file's paths.
"""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from project_variables import OUTPUT_RULES, check_names, check_outputs

# The key of a shop's file, and the environment variable that says the same.
OUTPUTS = {
    "database": "SEGMENTATION_DATABASE",
    "published": "SEGMENTATION_PUBLISHED",
}
SPARK_FOLDER = "SEGMENTATION_SPARK_FOLDER"


class ArgumentsProblem(ValueError):
    """DBT_ARGS or the shop's file cannot be used; the message is the sentence that the user reads."""


@dataclass(frozen=True)
class BuildArguments:
    """What a build is started with.

    Attributes:
        dbt: Arguments for dbt, the shop's vars among them.
        given: Vars by name, of the shop's file and of `--vars`; None where `--vars` cannot be understood.
        outputs: Environment variables that say where the build writes; what the environment has is left out.
    """

    dbt: list[str]
    given: dict[str, object] | None
    outputs: dict[str, str]


def read_arguments(environment: Mapping[str, str]) -> BuildArguments:
    """The arguments in DBT_ARGS and of the file that SHOP names; raises ArgumentsProblem."""
    try:
        arguments = shlex.split(environment.get("DBT_ARGS", ""))
    except ValueError as error:
        raise ArgumentsProblem(
            f"DBT_ARGS cannot be split into arguments ({error}): quote it as in a shell."
        ) from error
    shop_file = environment.get("SHOP", "")
    others, text = without_vars(arguments)
    typed = vars_of(text)
    if not shop_file:
        outputs = chosen_outputs(typed or {}, {}, environment)
        return BuildArguments(arguments, typed, outputs)
    shop = read_shop(Path(shop_file))
    defaults = default_outputs(Path(shop_file).stem)
    if typed is None:
        # dbt refuses what --vars holds, and says why.
        return BuildArguments(arguments, None, chosen_outputs(shop, defaults, environment))
    given = shop | typed
    # A date of YAML is written as text again.
    passed = json.dumps({name: given[name] for name in given if name not in OUTPUTS}, default=str)
    return BuildArguments([*others, "--vars", passed], given, chosen_outputs(given, defaults, environment))


def use_arguments() -> BuildArguments:
    """The arguments of this process, whose environment is changed to write where the shop's file says.

    Raises:
        ArgumentsProblem: DBT_ARGS or the shop's file cannot be used.
    """
    arguments = read_arguments(os.environ)
    os.environ.update(arguments.outputs)
    return arguments


def without_vars(arguments: list[str]) -> tuple[list[str], str | None]:
    """The arguments without `--vars`, and its value; of several the last counts, as in dbt.

    A `--vars` that nothing follows stays among the arguments, for dbt to refuse.
    """
    others: list[str] = []
    text: str | None = None
    remaining = iter(arguments)
    for argument in remaining:
        if argument.startswith("--vars="):
            text = argument.removeprefix("--vars=")
        elif argument == "--vars":
            value = next(remaining, None)
            if value is None:
                others.append(argument)
            else:
                text = value
        else:
            others.append(argument)
    return others, text


def vars_of(text: str | None) -> dict[str, object] | None:
    """The vars in the value of `--vars`; None where it is no mapping of names to values."""
    if text is None:
        return {}
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        # A ValueError is a date that the calendar does not have.
        return None
    is_understood = isinstance(found, dict) and all(isinstance(name, str) for name in found)
    return found if is_understood else None


def read_shop(path: Path) -> dict[str, object]:
    """The vars and paths of a shop's file; raises ArgumentsProblem."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise ArgumentsProblem(
            f"The shop's file {path} cannot be read ({reason}, looked from {Path.cwd()}): correct SHOP."
        ) from error
    except UnicodeDecodeError as error:
        raise ArgumentsProblem(f"{path}: the file is not UTF-8: save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f", line {mark.line + 1}"
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise ArgumentsProblem(f"{path}{where}: the file is no YAML ({reason}): correct it there.") from error
    except ValueError as error:
        raise ArgumentsProblem(
            f"{path}: a date is none of the calendar ({error}): write it as YYYY-MM-DD."
        ) from error
    if not isinstance(content, dict):
        raise ArgumentsProblem(
            f"{path}: the file holds no names with values: expected lines such as `invoices: orders.csv`."
        )
    shop = {str(name): value for name, value in content.items()}
    problem = check_names(list(shop)) or check_outputs(shop)
    if problem is not None:
        raise ArgumentsProblem(f"{path}: {problem}")
    return shop


def default_outputs(stem: str) -> dict[str, str]:
    """Where the build of a shop writes by itself; stem: the name of the shop's file without its ending."""
    return {
        "SEGMENTATION_DATABASE": f"{stem}.duckdb",
        "SEGMENTATION_PUBLISHED": f"published_{stem}",
        SPARK_FOLDER: f"spark_warehouse_{stem}",
    }


def chosen_outputs(
    given: Mapping[str, object], defaults: Mapping[str, str], environment: Mapping[str, str]
) -> dict[str, str]:
    """The environment variables to set for the outputs: the given paths, else the defaults."""
    named = {OUTPUTS[name]: str(given[name]) for name in OUTPUT_RULES if given.get(name) is not None}
    return {
        variable: path for variable, path in {**defaults, **named}.items() if not environment.get(variable)
    }
