"""Vars and input that cannot be used: one sentence before the first model runs, and the last build stays.

One of each kind, through the command; the tests of invoice_reader have every message.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., Any]

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINE = "{number},A1,Mug,1,{date},2.50,{customer},France\n"


def invoices(date: str = "2024-01-{day:02}") -> str:
    """A file's text with a few good lines."""
    return HEADER + "".join(
        LINE.format(number=day, date=date.format(day=day), customer=day) for day in range(1, 10)
    )


# The name of a copy of the sample's build.
GOOD = "bad input/sample"


@pytest.fixture(scope="module")
def good(sample: Any, copied: Callable[..., Any]) -> Any:
    """A build of the sample, which every command that fails leaves as it is."""
    return copied(sample, Path(GOOD).parent.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('it\'s "bad" input')
    texts = {
        "header only.csv": HEADER,
        "quoted header.csv": invoices().replace("CustomerID", '"the ""Buyer\'s"" id"'),
        "ambiguous dates.csv": invoices("0{day}/02/2024 10:00"),
        "mixed/a.csv": invoices(),
        "mixed/b.csv": invoices().replace("Quantity", "Pieces"),
        "good.csv": invoices(),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    return folder


# Name of the file, or vars; parts of the sentence: what and where, what to do.
FILES = [
    ("missing.csv", "there is no file or folder", "correct the path"),
    ("header only.csv", "a header but no record", "check the export"),
    ("quoted header.csv", "no column for customer_id", '"the "Buyer\'s" id"'),
    ("ambiguous dates.csv", "invoiced_at", "invoice_date_format"),
    ("mixed", "The files have different columns", 'invoice_columns: {quantity: "Pieces"}'),
    ("picture.csv", "a binary file", "export it as CSV"),
]
VARIABLES: list[tuple[dict[str, Any], str, str]] = [
    ({"invoices": "main.no_such_table"}, "neither a file nor a table main.no_such_table", "schema.table"),
    ({"n_segment": 4}, "The var `n_segment` does not exist", "did you mean `n_segments`?"),
    ({"n_segments": 1}, "The var `n_segments` is 1", "a whole number from 2 to 10"),
    ({"as_of_date": "2011-02-30"}, "The var `as_of_date` is '2011-02-30'", "YYYY-MM-DD"),
    (
        {"segmentation_features": ["recency_days", "frequncy"]},
        "The var `segmentation_features` names frequncy",
        "frequency",
    ),
]


def check_one_sentence(good: Any, stopped: Any, *parts: str) -> str:
    """The sentence; nothing ran, and the tables are those of the good build."""
    assert "START sql" not in stopped.output and "START python" not in stopped.output
    assert "START seed" not in stopped.output
    assert "Traceback" not in stopped.output
    (sentence,) = re.findall(r"Compilation Error in operation .*\n  (\S.*)\n  \n", stopped.output)
    assert stopped.output.count(sentence) == 1
    for part in parts:
        assert part in sentence
    assert sentence[-1] in ".?"
    return sentence


@pytest.fixture(scope="module")
def fingerprints(good: Any) -> dict[str, Any]:
    return good.fingerprints()


@pytest.mark.parametrize(("name", "found", "remedy"), FILES)
def test_files(
    name: str, found: str, remedy: str, dbt: Build, good: Any, fingerprints: Any, folder: Path
) -> None:
    stopped = dbt(GOOD, variables={"invoices": str(folder / name)}, fails=True)
    check_one_sentence(good, stopped, str(folder / name), found, remedy)
    assert stopped.fingerprints() == fingerprints


@pytest.mark.parametrize(("variables", "found", "remedy"), VARIABLES)
def test_variables(
    variables: dict[str, Any], found: str, remedy: str, dbt: Build, good: Any, fingerprints: Any, folder: Path
) -> None:
    given = {"invoices": str(folder / "good.csv"), **variables}
    stopped = dbt(GOOD, variables=given, fails=True)
    check_one_sentence(good, stopped, found, remedy)
    assert stopped.fingerprints() == fingerprints


# The same through what `make build` runs.
@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"invoices": "header only.csv"}, "a header but no record"),
        ({"n_segment": 4}, "did you mean `n_segments`?"),
    ],
)
def test_the_runner_ends_with_the_sentence(
    variables: dict[str, str],
    found: str,
    dbt: Build,
    good: Any,
    fingerprints: Any,
    folder: Path,
) -> None:
    if (folder / variables.get("invoices", "none")).exists():
        variables = {"invoices": str(folder / variables["invoices"])}
    stopped = dbt(GOOD, variables=variables, runner=True, fails=True)
    *before, sentence = stopped.output.splitlines()
    assert found in sentence
    assert sentence[-1] in ".?"
    assert not any("model" in line or "Traceback" in line or found in line for line in before)
    assert stopped.fingerprints() == fingerprints


def test_a_good_build_follows(build_models: Build, good: Any, folder: Path) -> None:
    """The checks above let good input pass, with quotes in its path, and its tables replace the old ones."""
    variables = {"invoices": str(folder / "good.csv"), "as_of_date": "2024-02-01"}
    built = build_models(GOOD, "customer_rfm", variables=variables)
    assert built.rows("select count(*), max(as_of_date)::varchar from customer_rfm") == [(9, "2024-02-01")]


def test_a_date_without_quotes_on_the_command_line(build_models: Build) -> None:
    """YAML reads it as a date, not as text."""
    built = build_models("unquoted", "int_customer_measures", "--vars", "{as_of_date: 2023-06-30}")
    assert (
        built.value("select max(as_of_date)::varchar from main_intermediate.int_customer_measures")
        == "2023-06-30"
    )


def test_an_impossible_date_without_quotes_is_a_sentence_too(dbt: Build) -> None:
    """YAML refuses it before anything of the project can look at it."""
    stopped = dbt("unquoted", "--vars", "{as_of_date: 2023-06-31}", runner=True, fails=True)
    assert stopped.output.splitlines()[-1] == (
        "A var is no date of the calendar (day is out of range for month): write it as YYYY-MM-DD."
    )
