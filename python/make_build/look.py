"""Show what a build would read, and change nothing: `python -m make_build.look` in the project's root.

First what the files themselves say: encoding, delimiter, which header is which column, the first records and
the vars to write. Then, by the SQL of a build in a database in memory, what the lines come to.

Environment:
    INPUT: The invoices; a file, a folder or a glob. It wins over the var `invoices`.
    SHOP, DBT_ARGS: As for a build; of DBT_ARGS the vars alone count.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from make_build.__main__ import failure_sentence, keep_output, run_dbt
from make_build.events import BuildProgress
from make_build.screen import is_terminal, screen_width

if TYPE_CHECKING:
    from invoice_reader.columns import InputKind
    from invoice_reader.overview import ColumnGuess, FileOverview

MAX_FILES_SHOWN = 10
MAX_RECORDS_SHOWN = 5
MAX_HEADERS_SHOWN = 20
# A date with its time.
VALUE_WIDTH = 19
MODELS = "+int_order_amounts"
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# With all of them accepted nothing stops the look, and the build's sentence becomes a warning that ends so.
ACCEPTED = " The build goes on, as accept_implausible says."


@dataclass(frozen=True)
class Look:
    """What a first look at the files has found.

    Attributes:
        lines: What to show.
        variables: The vars for a build, proposed headers among them.
        problem: The sentence for which the records cannot be looked at; None where they can.
    """

    lines: list[str]
    variables: dict[str, object]
    problem: str | None


def main() -> int:
    """Look at the files, then at their records; return the exit code."""
    print(f"Looking at {os.environ.get('INPUT') or 'the input'}; nothing is changed.", flush=True)
    # Imported here: the libraries that read the input take a second.
    from make_build.arguments import ArgumentsProblem, read_arguments

    try:
        arguments = read_arguments(os.environ)
        if arguments.given is None:
            raise ArgumentsProblem(
                "The value of --vars in DBT_ARGS is no mapping of names to values: write it such as "
                "--vars '{invoices: orders.csv}'."
            )
    except ArgumentsProblem as error:
        print(error)
        return 2
    given = {name: value for name, value in arguments.given.items() if name not in ("database", "published")}
    if os.environ.get("INPUT"):
        # Customer records would win over invoices.
        given = {name: value for name, value in given.items() if name != "customer_records"}
        given["invoices"] = os.environ["INPUT"]
    look = look_at_files(given)
    print("\n".join(look.lines), flush=True)
    if look.problem is not None:
        print(f"\nA build would stop: {look.problem}")
        return 2
    if look.variables.get("customer_records"):
        print("\nA build reads these customers in place of invoices, so there are no lines to look at.")
        return 0
    print(
        "\nThe records are read by the rules of a build, which takes some ten seconds and more.", flush=True
    )
    return look_at_records(look.variables)


def look_at_files(given: Mapping[str, object]) -> Look:
    """What the files say without dbt; given: vars by name."""
    from invoice_reader.headers import input_kinds
    from invoice_reader.problems import InputProblem, printable, unreadable_path
    from make_build.early_checks import all_variables
    from project_variables import KNOWN_VARIABLES, check_variables

    variables = all_variables(given)
    problem = check_variables(variables, list(given))
    if problem is not None:
        return Look([], dict(given), problem)
    proposed = dict(given)
    lines: list[str] = []
    try:
        for kind in input_kinds(variables):
            shown, problem = look_at_kind(kind, variables, proposed)
            lines += shown
            if problem is not None:
                break
    except InputProblem as error:
        problem = str(error)
    except OSError as error:
        problem = unreadable_path(error)
    if lines:
        lines += [
            "",
            "The vars of this input, to save as shops/NAME.yml for make build SHOP=shops/NAME.yml:",
            "",
        ]
        # The input first, then its mapping, then what else was given.
        ordered = {name: proposed[name] for name in KNOWN_VARIABLES if name in proposed}
        lines += [f"  {line}" for line in vars_as_yaml(ordered, variables)]
    return Look([printable(line) for line in lines], proposed, problem and printable(problem))


def look_at_kind(
    kind: "InputKind", variables: Mapping[str, Any], proposed: dict[str, object]
) -> tuple[list[str], str | None]:
    """The lines about one kind of input, and the sentence for which a build would stop, or None.

    proposed: gets the var of the input and its mapping.
    Raises InputProblem, OSError where the files cannot be found or read.
    """
    import duckdb

    from invoice_reader.columns import check_mapping
    from invoice_reader.discovery import FORMATS, find_input, is_table
    from invoice_reader.overview import column_problem, guess_columns, overviews
    from make_build.early_checks import records_folder

    value = variables[kind.variable]
    if is_table(value):
        return [], (
            f"`{kind.variable}`: there is no file or folder {value}, and no table of the database is looked "
            "at here: name a file, a folder or a glob with INPUT, or start make build."
        )
    mapping = check_mapping(kind, variables[kind.mapping_variable] if kind.mapping_variable else {})
    with duckdb.connect() as connection:
        found = find_input(kind.variable, value, FORMATS[kind.variable], connection, records_folder())
    tables = [table for source in found.files[:MAX_FILES_SHOWN] for table in overviews(source)]
    lines = ["", f"{kind.variable}: {count_of(len(found.files), 'file')}"]
    lines += [f"  {table_in_words(table)}" for table in tables]
    if len(found.files) > MAX_FILES_SHOWN:
        lines.append(f"  and {len(found.files) - MAX_FILES_SHOWN:,} more, which are not looked at one by one")
    if found.ignored:
        lines.append(f"  left out, as no input: {', '.join(found.ignored[:3])}" + more(found.ignored, 3))
    first = tables[0]
    guesses = guess_columns(first, kind, mapping)
    others = [table.name for table in tables if set(table.headers) != set(first.headers)]
    if others:
        lines.append(f"  other headers than {first.name}: {', '.join(others[:3])}" + more(others, 3))
    lines += ["", *column_lines(first, guesses)]
    proposed[kind.variable] = value
    missing = [column for column, guess in guesses.items() if guess.header is None and not guess.is_known]
    if kind.mapping_variable:
        guessed = {column: guess.header for column, guess in guesses.items() if not guess.is_known}
        full = {**mapping, **guessed}
        if full:
            proposed[kind.mapping_variable] = full
        mapping = {column: header for column, header in full.items() if column not in missing}
        mapping |= {column: None for column in missing if column in kind.optional}
        if missing and all(column in kind.optional for column in missing):
            proposed[kind.mapping_variable] = mapping
    return lines, next(filter(None, (column_problem(table, kind, mapping) for table in tables)), None)


def table_in_words(table: "FileOverview") -> str:
    """A file or sheet in a line."""
    delimiters = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    if table.delimiter is None:
        return f"{table.name}: {table.format.upper()}, {count_of(len(table.headers), 'column')}"
    encoding = {"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252"}.get(
        table.encoding or "", "UTF-8 or Windows-1252 (too large to tell at once)"
    )
    delimiter = delimiters[table.delimiter]
    columns = count_of(len(table.headers), "column")
    return f"{table.name}: {table.format.upper()}, {encoding}, {delimiter}, {columns}"


def column_lines(table: "FileOverview", guesses: Mapping[str, "ColumnGuess"]) -> list[str]:
    """Which header is which column, with the values of the first records; then the headers that are not used.

    guesses: our column -> its header.
    """
    from invoice_reader.columns import shown

    headers = {
        column: shown(guess.header) + ("" if guess.is_known else " (a guess)")
        if guess.header is not None
        else "none, as the vars say"
        if guess.is_known
        else "no header found"
        for column, guess in guesses.items()
    }
    wide = max(map(len, headers.values()))
    # In a pipe a line may be as long as it is.
    width = screen_width() if is_terminal() else 10_000
    records = table.records[:MAX_RECORDS_SHOWN]
    lines = [f"Columns, their headers, and the values of the first {count_of(len(records), 'line')}:"]
    for column, guess in guesses.items():
        values: list[str] = []
        if guess.header is not None:
            position = table.headers.index(guess.header)
            values = [shown_value(record[position]) for record in records if position < len(record)]
        lines.append(f"  {column:<16}{headers[column]:<{wide}}  {' | '.join(values)}".rstrip())
    used = {guess.header for guess in guesses.values()}
    unused = [(number, header) for number, header in enumerate(table.headers) if header not in used]
    if unused:
        lines.append("Headers that are no column of ours:")
    for number, header in unused[:MAX_HEADERS_SHOWN]:
        values = [shown_value(record[number]) for record in records if number < len(record)]
        lines.append(f"  {shown(header):<{16 + wide}}  {' | '.join(values)}".rstrip())
    if len(unused) > MAX_HEADERS_SHOWN:
        lines.append(f"  and {len(unused) - MAX_HEADERS_SHOWN:,} more")
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def shown_value(text: str) -> str:
    """A value on one line, cut, and masked where it is an e-mail address."""
    one_line = " ".join(text.split())
    if "@" in one_line:
        # Imported here: the report's libraries take a second.
        from report.text import masked

        one_line = " ".join(map(masked, one_line.split()))
    return one_line if len(one_line) <= VALUE_WIDTH else one_line[: VALUE_WIDTH - 1] + "…"


def vars_as_yaml(proposed: Mapping[str, object], variables: Mapping[str, Any]) -> list[str]:
    """The vars as lines of YAML; a column without a header gets a place to write it.

    variables: every var as it was before the look: what is not in its mappings is a guess.
    """
    import yaml

    lines: list[str] = []
    for name, value in proposed.items():
        if not name.endswith("_columns") or not isinstance(value, Mapping):
            text = yaml.safe_dump({name: value}, allow_unicode=True, sort_keys=False, width=10_000)
            lines += text.rstrip("\n").split("\n")
            continue
        lines.append(f"{name}:")
        given = set(variables[name].values())
        for column, header in value.items():
            text = yaml.safe_dump({column: header}, allow_unicode=True, width=10_000).rstrip("\n")
            if header is None and None not in given:
                text += "  # no header found: write it here"
            elif header not in given:
                text += "  # a guess"
            lines.append(f"  {text}")
    return lines


def look_at_records(variables: Mapping[str, object]) -> int:
    """Run the models of the lines in memory and show what they come to; return the exit code."""
    from make_build.early_checks import all_variables
    from project_variables import PLAUSIBILITY_CHECKS

    has_accepted = bool(all_variables(variables)["accept_implausible"])
    passed = {**variables, "accept_implausible": list(PLAUSIBILITY_CHECKS)}
    progress = BuildProgress(shows_steps=False)
    log_file = Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log"
    with tempfile.TemporaryDirectory(prefix="look_") as folder:
        os.environ |= {
            "SEGMENTATION_DATABASE": ":memory:",
            "SEGMENTATION_PUBLISHED": str(Path(folder, "published")),
            "DBT_TARGET_PATH": str(Path(folder, "target")),
            "SEGMENTATION_LOOK": "true",
        }
        arguments = ["--select", MODELS, *NO_TESTS, "--vars", json.dumps(passed, default=str)]
        exit_code, other_output, interrupted_by = run_dbt(
            arguments, progress, str if has_accepted else as_it_would_be
        )
    keep_output(other_output, log_file)
    if interrupted_by is not None:
        print("The look was interrupted.")
        return 128 + interrupted_by
    if exit_code != 0:
        print(failure_sentence(progress, other_output, exit_code, log_file))
    return exit_code if exit_code >= 0 else 128 - exit_code


def as_it_would_be(line: str) -> str:
    """A warning that stands for the stop of a build, as that stop."""
    if line.endswith(ACCEPTED):
        return f"A build would stop: {line.removesuffix(ACCEPTED).removeprefix('Warning: ')}"
    return line


def count_of(number: int, noun: str) -> str:
    """The number with its noun, such as 1 file or 2 files."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def more(names: Sequence[str], n_shown: int) -> str:
    """How many names are not shown; nothing where all are."""
    return f" and {len(names) - n_shown:,} more" if len(names) > n_shown else ""


if __name__ == "__main__":
    sys.exit(main())
