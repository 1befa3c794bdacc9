"""A file with every kind of broken line: all of it is counted, with the right reason, and the ledger ties."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Build = Callable[..., Any]

HEADER = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"

# Physical lines below the header, one record after the other, with what becomes of it.
RECORDS: list[tuple[bytes, str]] = [
    (b"1,A1,Mug,10,2024-01-05 10:00,2.50,17850,France", "sale"),
    (b'2,A2,"Mug, ""large""\r\nand green",1,2024-01-06 10:00,3.00,17850.0,France', "sale"),
    (b"3,A1,Mug,2,2024-01-07 10:00,2.50,18000", "unreadable"),
    (b"4,A1,Mug,2,2024-01-07 10:00,2.50,18000,France,,", "unreadable"),
    (b'5,A1,"Mug,2,2024-01-07 10:00,2.50,18000,France', "unreadable"),
    (b"6,A1,Tasse \xe9\xff,2,2024-01-07 10:00,2.50,18000,France", "unreadable"),
    ("7,A1,Tasse à thé,2,2024-01-08 10:00,2.50,18000,Österreich".encode(), "sale"),
    ("8,A1,Tasse à thé,3,2024-01-08 10:00,2.50,18000,Österreich".encode(), "sale"),
    (b",A1,Mug,1,2024-01-08 10:00,2.50,18000,France", "invalid_invoice_number"),
    (b"10,A1,Mug,two,2024-01-08 10:00,2.50,18000,France", "invalid_quantity"),
    (b"11,A1,Mug,0,2024-01-08 10:00,2.50,18000,France", "invalid_quantity"),
    (b"12,A1,Mug,1.5,2024-01-08 10:00,2.50,18000,France", "invalid_quantity"),
    (b"13,A1,Mug,99999999999999999999,2024-01-08 10:00,2.50,18000,France", "invalid_quantity"),
    (b"14,A1,Mug,,2024-01-08 10:00,2.50,18000,France", "invalid_quantity"),
    (b"15,A1,Mug,1,2024-01-08 10:00,free,18000,France", "invalid_price"),
    (b"16,A1,Mug,1,2024-01-08 10:00,1e300,18000,France", "invalid_price"),
    (b"17,A1,Mug,1,2024-01-08 10:00,nan,18000,France", "invalid_price"),
    (b"18,A1,Mug,1,2024-02-30 10:00,2.50,18000,France", "invalid_date"),
    (b"19,A1,Mug,1,yesterday,2.50,18000,France", "invalid_date"),
    (b"20,A1,Mug,1,0024-01-08 10:00,2.50,18000,France", "invalid_date"),
    (b"1,A1,Mug,10,2024-01-05 10:00,2.50,17850,France", "duplicate"),
    (b"A22,B,Bad debt,1,2024-01-09 10:00,-100.00,,France", "adjustment"),
    (b"23,A1,damaged,-5,2024-01-09 10:00,0,,France", "stock_note"),
    (b"24,A1,Mug,1,2024-01-09 10:00,0,18000,France", "free_goods"),
    (b"25,POST,Postage,1,2024-01-09 10:00,18.00,18000,France", "charge"),
    (b"C26,A1,Mug,-4,2024-01-10 10:00,2.50,17850,France", "return"),
    (b"C27,A9,Lamp,-1,2024-01-10 10:00,9.99,17850,France", "return"),
    (b"28,A1,Mug,1,2024-01-10 10:00,2.50,,France", "sale"),
]
BLANK_LINES = (3, 12, 20)


@pytest.fixture(scope="module")
def broken(build_models: Build, tmp_path_factory: pytest.TempPathFactory) -> Any:
    content = HEADER
    for number, (record, _) in enumerate(RECORDS):
        content += (b"\r\n" if number in BLANK_LINES else b"") + record + b"\r\n"
    path = tmp_path_factory.mktemp("broken lines") / "broken.csv"
    path.write_bytes(content)
    return build_models(
        "broken",
        "invoice_lines rejected_invoice_lines customer_rfm cleaning_ledger",
        variables={"invoices": str(path), "accept_implausible": ["unusable_lines"]},
    )


def physical_lines() -> list[int]:
    """The line each record starts at; the header is line 1."""
    lines, next_line = [], 2
    for number, (record, _) in enumerate(RECORDS):
        next_line += number in BLANK_LINES
        lines.append(next_line)
        next_line += 1 + record.count(b"\n")
    return lines


def test_every_record_has_its_fate_at_its_line(broken: Any) -> None:
    fates = broken.rows(
        """
        select source_line, line_type from invoice_lines
        union all
        select source_line, rejection_reason from rejected_invoice_lines
        order by source_line
        """
    )
    expected = [fate for _, fate in RECORDS]
    assert fates == list(zip(physical_lines(), expected, strict=True))


def test_the_counts_add_up(broken: Any) -> None:
    n_records, n_unreadable = broken.rows("select n_records, n_unreadable from main_staging.stg_input_files")[
        0
    ]
    assert (n_records, n_unreadable) == (len(RECORDS), 4)
    assert broken.value("select count(*) from main_staging.base_invoice_lines") == n_records
    counts = "select (select count(*) from invoice_lines) + (select count(*) from rejected_invoice_lines)"
    assert broken.value(counts) == n_records
    assert "4 of 28 records cannot be read and are rejected" in broken.output


def test_unreadable_records_keep_their_text(broken: Any) -> None:
    texts = broken.rows(
        """
        select raw_text, invoice_number_text is null
        from rejected_invoice_lines
        where rejection_reason = 'unreadable'
        order by source_line
        """
    )
    starts = [record.decode(errors="replace")[:8] for record, fate in RECORDS if fate == "unreadable"]
    assert [(text[:8], is_null) for text, is_null in texts] == [(start, True) for start in starts]
    description = "select description from invoice_lines where invoice_number = '2'"
    assert broken.value(description).replace("\r", "") == 'Mug, "large"\nand green'


def test_the_ledger_ties(broken: Any) -> None:
    steps = broken.rows(
        "select rule, lines_removed, value_removed from cleaning_ledger where lines_removed > 0"
    )
    removed = {rule: n_lines for rule, n_lines, _ in steps}
    fates = [fate for _, fate in RECORDS]
    for rule in removed.keys() - {"no_customer", "unpaired_return", "paired_return"}:
        assert removed[rule] == fates.count(rule), rule
    assert (removed["no_customer"], removed["unpaired_return"], removed["paired_return"]) == (1, 1, 1)
    # Customer 17850: 25.00 less 4 returned mugs, and 3.00; 18000: two sales of 5.00 and 7.50.
    amounts = broken.rows("select customer_id, monetary from customer_rfm order by customer_id")
    assert amounts == [("17850", Decimal("18.00")), ("18000", Decimal("12.50"))]
    last = "select value_after from cleaning_ledger order by rule_number desc limit 1"
    assert broken.value(last) == Decimal("30.50")
