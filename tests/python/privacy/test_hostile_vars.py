"""A hostile text as the value of any var, or inside it, is one sentence, and nothing is run or written."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from invoice_reader import prepare
from project_variables import KNOWN_VARIABLES, check_variables

INVOICES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "1,A1,Mug,2,2024-01-31 09:00,2.50,17850,France\n"
)
PAYLOADS = [
    "'; drop table kept; --",
    '"; drop table kept; --',
    "kept; drop table kept",
    "main.kept') as t; drop table kept; --",
    "'); copy (select 42) to 'stolen.csv'; --",
    "$(touch stolen)`touch stolen`",
    "__import__('pathlib').Path('stolen').touch()",
    "%Y-%m-%d'; drop table kept; --",
    "../../../../etc/passwd",
    "https://example.org/stolen.csv",
    "read_csv('/etc/passwd')",
    "secret.csv.exe",
    "\x00",
    "line\nbreak",
    "\x1b[2J\x1b]0;taken\x07",
    "\u202egnp.exe",
    "A" * 100_000,
]

ANY_NAMES = ("segmentation_features", "placeholder_customers", "private_attributes")
PATTERNS = ("cancellation_pattern", "adjustment_pattern")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
@pytest.mark.parametrize("variable", KNOWN_VARIABLES)
def test_it_is_one_sentence(
    variable: str, payload: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (tmp_path / "records.csv").write_text(
        "customer_id,recency,frequency,monetary\na,1,2,3\n", encoding="utf-8"
    )
    project = yaml.safe_load((repo_root / "dbt_project.yml").read_text(encoding="utf-8"))
    default = project["vars"][variable]
    inputs = {"invoices": "invoices.csv"}
    if variable == "customer_records_columns":
        inputs["customer_records"] = "records.csv"
    values: list[Any] = [payload, [payload], {payload: payload}]
    if isinstance(default, dict):
        values += [{"customer_id": payload}, {payload: None}]
    with duckdb.connect() as connection:
        connection.execute("create table kept as select 1")
        for value in values:
            variables = project["vars"] | inputs | {variable: value}
            problem = check_variables(variables, [variable])
            request = {"variables": variables, "records_folder": "records", "problem": problem}
            error = prepare(request, connection)["error"]
            if variable in ANY_NAMES and value == [payload]:
                # Any name may be an attribute's or a customer's: SQL asks for it as a text.
                assert error is None
            elif variable in PATTERNS and value == payload:
                # Most of them are regular expressions, if odd ones: a text to SQL as well.
                assert error is None or error.isprintable()
            else:
                assert error and error.isprintable()
        assert connection.execute("select count(*) from duckdb_tables()").fetchall() == [(1,)]
    assert {path.name for path in tmp_path.iterdir()} <= {"invoices.csv", "records.csv", "records"}
