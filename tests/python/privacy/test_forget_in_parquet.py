"""A customer is forgotten where the input holds ids as numbers, which are not read from text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb


def test_an_id_that_the_file_holds_as_a_number_is_forgotten_too(
    make_place: Callable[[], Any], tmp_path: Path
) -> None:
    place = make_place()
    invoices = tmp_path / "invoices.parquet"
    duckdb.sql(
        """
        select
            cast(line as varchar) as "InvoiceNo",
            'P' || line % 9 as "StockCode",
            'Mug' as "Description",
            cast(1 + line % 5 as integer) as "Quantity",
            timestamp '2024-03-01 10:00:00' + interval 5 hour * line as "InvoiceDate",
            2.5 + line % 7 as "UnitPrice",
            cast(10000 + line % 40 as bigint) as "CustomerID",
            'France' as "Country"
        from range(400) as lines (line)
        """
    ).write_parquet(str(invoices))
    variables = {"invoices": str(invoices), "customer_attributes": None}
    built = place.build(**variables)
    assert built.exit_code == 0, built.output
    forgotten = place.run("privacy", "forget", CUSTOMER="10007", variables=variables)
    assert forgotten.exit_code == 0, forgotten.output
    lines = "select count(*), count(quantity), count(unit_price_text), count(customer_id) from {} where {}"
    assert place.rows(lines.format("main_staging.stg_invoice_lines", "customer_id = '10007'"))[0][0] == 0
    rejected = lines.format("main_staging.stg_invoice_lines", "read_error = 'forgotten_customer'")
    assert place.rows(rejected) == [(10, 0, 0, 0)]
    assert place.rows("select count(*) from customer_segments") == [(39,)]
