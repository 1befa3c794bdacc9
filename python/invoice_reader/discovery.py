"""Which files, or which table, a var names.

- A path that exists wins. Else a name without path separators, glob characters or a known ending, of one to
  three parts, is a table (`table`, `schema.table`, `database.schema.table`). The rest are paths or globs.
- A folder is searched with its subfolders, but links to folders are not followed. Hidden files (`.name`),
  lock files of open workbooks (`~$name`) and the folder of converted records are left out; files of other
  kinds are left out with a notice.
- Files come in the order of their paths as text.
"""

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from invoice_reader.csv_source import BLANKS_ADVICE, CHECKED_BYTES, is_separated_by_blanks
from invoice_reader.problems import InputProblem
from sql_text import quoted_identifier

WORKBOOK_ENDINGS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
TEXT_ENDINGS = (".txt", ".tsv", ".tab", ".dat", ".asc")
# Two letters at least: C:// is a drive.
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# Ending -> format; the longest first.
ENDINGS = {".csv.gz": "csv.gz", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}
# Var -> formats that it may name.
FORMATS = {
    "invoices": ("csv", "csv.gz", "parquet", "xlsx"),
    "customer_records": ("csv", "csv.gz", "parquet"),
    "customer_attributes": ("csv", "csv.gz", "parquet"),
}
TABLE_NAME = re.compile(r"[^./\\*?\[\]\"';]+(\.[^./\\*?\[\]\"';]+){0,2}")


@dataclass(frozen=True)
class SourceFile:
    """name: the path as the user gave it, or below the folder given. format: a value of ENDINGS."""

    name: str
    path: Path
    format: str


@dataclass(frozen=True)
class SourceTable:
    """An existing table or view; relation: its quoted name, ready for SQL."""

    name: str
    relation: str


@dataclass(frozen=True)
class Found:
    """What a var names: files or one table; ignored: files of other kinds."""

    files: tuple[SourceFile, ...] = ()
    table: SourceTable | None = None
    ignored: tuple[str, ...] = field(default=())


def format_of(path: str) -> str | None:
    """The format that a file name promises, or None."""
    return next((form for ending, form in ENDINGS.items() if path.lower().endswith(ending)), None)


def find_input(
    variable: str,
    value: str,
    formats: Sequence[str],
    connection: duckdb.DuckDBPyConnection,
    excluded_folder: Path,
) -> Found:
    """Resolve the value of a var.

    formats: those allowed for this var. excluded_folder: where converted records lie, never an input itself.
    Raises InputProblem where there is nothing to read.
    """
    if address := ADDRESS.match(value):
        advice = "download the file" if address[0].lower() != "file://" else f"leave out {address[0]}"
        raise InputProblem(
            f"`{variable}`: {address[0]}… is an address, but only files of this machine and tables are read: "
            f"{advice}, and name its path."
        )
    path = Path(value)
    if path.is_dir():
        return chosen(variable, value, formats, folder_files(value), excluded_folder)
    if path.exists() and not path.is_file():
        raise InputProblem(f"`{variable}`: {value} is neither a file nor a folder: expected one of them.")
    if path.exists():
        form = format_of(value)
        if form is None or form not in formats:
            raise InputProblem(
                f"`{variable}`: {value} is {kind_of(path)}: expected one of {endings(formats)}; "
                f"{ending_advice(path, formats)}."
            )
        return Found(files=(SourceFile(value, path, form),))
    if glob.has_magic(value):
        # Path.glob takes no absolute pattern.
        matches = sorted(glob.glob(value, recursive=True))  # noqa: PTH207
        return chosen(variable, value, formats, matches, excluded_folder)
    if is_table(value):
        return Found(table=find_table(variable, value, connection))
    raise InputProblem(
        f"`{variable}`: there is no file or folder {value} (looked from {Path.cwd()}): "
        "correct the path or the working directory."
    )


def is_table(value: str) -> bool:
    """Whether the value of a var is the name of a table, and no file or folder has that name."""
    is_path = Path(value).exists() or glob.has_magic(value) or format_of(value) is not None
    return not is_path and TABLE_NAME.fullmatch(value) is not None


def folder_files(folder: str) -> list[str]:
    """All files below the folder that are not hidden, sorted by path."""
    paths: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=raised):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [str(Path(parent, name)) for name in files if not name.startswith(".")]
    return sorted(paths)


def raised(error: OSError) -> None:
    """Report a folder that cannot be listed, which os.walk leaves out otherwise."""
    raise error


def chosen(
    variable: str, value: str, formats: Sequence[str], paths: Sequence[str], excluded_folder: Path
) -> Found:
    """The files of known kinds among the paths."""
    excluded = excluded_folder.resolve()
    files = [
        SourceFile(path, Path(path), format_of(path) or "")
        for path in paths
        if Path(path).is_file()
        and not Path(path).name.startswith("~$")
        and excluded not in Path(path).resolve().parents
    ]
    known = tuple(file for file in files if file.format in formats)
    if not known:
        others = f"only files of other kinds, such as {files[0].name}" if files else "no file"
        advice = f"; {ending_advice(files[0].path, formats)}" if files else ""
        raise InputProblem(
            f"`{variable}`: {value} holds {others}: expected files ending in {endings(formats)}{advice}."
        )
    return Found(files=known, ignored=tuple(file.name for file in files if file.format not in formats))


def find_table(variable: str, value: str, connection: duckdb.DuckDBPyConnection) -> SourceTable:
    """The table or view of that name; names compare as in DuckDB, without regard to case."""
    *before, table = value.split(".")
    schema = before[-1] if before else None
    database = before[0] if len(before) == 2 else None
    rows = connection.execute(
        """
        select table_catalog, table_schema, table_name
        from information_schema.tables
        where lower(table_name) = lower($table)
            and lower(table_schema) = lower(coalesce($schema, current_schema()))
            and lower(table_catalog) = lower(coalesce($database, current_database()))
        """,
        {"table": table, "schema": schema, "database": database},
    ).fetchall()
    if not rows:
        raise InputProblem(
            f"`{variable}`: there is neither a file nor a table {value}: expected a path, a folder, a glob "
            "or an existing schema.table; correct the name."
        )
    return SourceTable(value, ".".join(quoted_identifier(part) for part in rows[0]))


def endings(formats: Sequence[str]) -> str:
    """The allowed endings for a message."""
    return ", ".join(ending for ending, form in ENDINGS.items() if form in formats)


def kind_of(path: Path) -> str:
    """What a file of another kind is, as far as its name or the start of a text says it."""
    ending = path.suffix.lower()
    if ending in WORKBOOK_ENDINGS:
        return "a workbook"
    if ending in JSON_ENDINGS:
        return "a JSON file"
    if has_columns_of_blanks(path):
        return "a text whose columns are separated by blanks"
    return "no file of a known kind"


def ending_advice(path: Path, formats: Sequence[str]) -> str:
    """What to do about a file of another kind."""
    ending = path.suffix.lower()
    if ending in WORKBOOK_ENDINGS:
        return "save it as .xlsx" if "xlsx" in formats else "save its sheet as CSV"
    if ending in JSON_ENDINGS:
        return "export the data as CSV or Parquet"
    if has_columns_of_blanks(path):
        return BLANKS_ADVICE
    if ending in TEXT_ENDINGS:
        return "give it the ending .csv if commas, semicolons, tabs or bars separate its columns"
    return "convert the file, or give it the ending of what it is"


def has_columns_of_blanks(path: Path) -> bool:
    """Whether a text file has columns with blanks between them."""
    if path.suffix.lower() not in TEXT_ENDINGS:
        return False
    with path.open("rb") as stream:
        return is_separated_by_blanks(stream.read(CHECKED_BYTES))
