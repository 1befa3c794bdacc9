"""The generated invoices: the same each time, and with everything that makes real ones hard."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.generator import n_customers_of, write_invoices, write_next_day

N_LINES = 60_000


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with 60,000 generated lines."""
    path = tmp_path_factory.mktemp("generator") / "invoices.parquet"
    write_invoices(path, N_LINES)
    with duckdb.connect() as connection:
        connection.execute(f"create table lines as from '{path}'")
        yield connection


def value(lines: duckdb.DuckDBPyConnection, query: str) -> object:
    ((found,),) = lines.execute(query).fetchall()
    return found


def test_same_bytes_at_any_number_of_threads(tmp_path: Path) -> None:
    for n_threads in (1, 2):
        # More than one row group, so that two threads have something to share.
        write_invoices(tmp_path / f"{n_threads}.parquet", 150_000, n_threads=n_threads)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()


def test_a_larger_file_begins_with_the_same_buyers_and_goods(
    lines: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_invoices(tmp_path / "larger.parquet", 2 * N_LINES)
    columns = "InvoiceNo, StockCode, Quantity, UnitPrice, CustomerID, Country"
    differing = value(
        lines,
        f"select count(*) from (select {columns} from lines except all "
        f"select {columns} from '{tmp_path / 'larger.parquet'}')",
    )
    assert differing == 0


def test_headers_and_types_are_those_of_online_retail(lines: duckdb.DuckDBPyConnection) -> None:
    described = lines.execute("describe lines").fetchall()
    assert [(column[0], column[1]) for column in described] == [
        ("InvoiceNo", "VARCHAR"),
        ("StockCode", "VARCHAR"),
        ("Description", "VARCHAR"),
        ("Quantity", "INTEGER"),
        ("InvoiceDate", "TIMESTAMP"),
        ("UnitPrice", "DOUBLE"),
        ("CustomerID", "BIGINT"),
        ("Country", "VARCHAR"),
    ]


def test_as_many_lines_and_customers_as_asked_for(lines: duckdb.DuckDBPyConnection) -> None:
    assert value(lines, "select count(*) from lines") == N_LINES
    n_customers = value(lines, "select count(distinct CustomerID) from lines")
    assert n_customers == pytest.approx(n_customers_of(N_LINES), abs=5)


@pytest.mark.parametrize(
    ("quirk", "condition", "share"),
    [
        ("no customer", "CustomerID is null", 0.2),
        ("return", "InvoiceNo like 'C%' and Quantity < 0", 1 / 60),
        ("charge or discount", "StockCode in ('POST', 'M', 'D')", 0.01),
        ("no description", "Description is null", 0.003),
        ("price 0", "UnitPrice = 0", 0.002),
        ("quantity 0", "Quantity = 0", 0.001),
        ("bad debt", "InvoiceNo like 'A%'", 0.0002),
    ],
)
def test_each_quirk_has_its_share(
    lines: duckdb.DuckDBPyConnection, quirk: str, condition: str, share: float
) -> None:
    found = value(lines, f"select count(*) from lines where {condition}")
    expected = share * N_LINES
    # Four standard deviations of a count, since the hash spreads it as chance would.
    assert found and found == pytest.approx(expected, abs=4 * expected**0.5), quirk


def test_exact_duplicates(lines: duckdb.DuckDBPyConnection) -> None:
    further_copies = value(
        lines,
        "select count(*) - (select count(*) from (select distinct * from lines)) from lines",
    )
    assert further_copies == pytest.approx(0.0095 * N_LINES, rel=0.3)


def test_returns_with_and_without_a_sale(lines: duckdb.DuckDBPyConnection) -> None:
    with_sale, without_sale = lines.execute("""
        with returns as (
            select exists (
                from lines as sale
                where
                    sale.CustomerID = returned.CustomerID
                    and sale.StockCode = returned.StockCode
                    and sale.UnitPrice = returned.UnitPrice
                    and sale.Quantity >= -returned.Quantity
                    and sale.InvoiceDate <= returned.InvoiceDate
            ) as has_sale
            from lines as returned
            where InvoiceNo like 'C%' and Quantity < 0 and CustomerID is not null
        )
        select count(*) filter (has_sale), count(*) filter (not has_sale) from returns
    """).fetchall()[0]
    assert with_sale > 5 * without_sale > 0


def test_an_invoice_has_one_customer_and_one_time(lines: duckdb.DuckDBPyConnection) -> None:
    several = value(
        lines,
        "select count(*) from (select InvoiceNo from lines group by InvoiceNo "
        "having count(distinct InvoiceDate) > 1 or count(distinct CustomerID) > 1)",
    )
    assert several == 0


def test_few_buyers_hold_most_of_the_money_and_some_live_in_two_countries(
    lines: duckdb.DuckDBPyConnection,
) -> None:
    share = value(
        lines,
        "with customers as (select sum(Quantity * UnitPrice) as spent from lines "
        "where CustomerID is not null group by CustomerID), "
        "ranked as (select spent, percent_rank() over (order by spent desc) as place from customers) "
        "select sum(spent) filter (place <= 0.2) / sum(spent) from ranked",
    )
    assert isinstance(share, float) and 0.6 < share < 0.9
    in_two_countries = value(
        lines,
        "select count(*) from (select CustomerID from lines where CustomerID is not null group by CustomerID "
        "having count(distinct Country) > 1)",
    )
    assert isinstance(in_two_countries, int) and in_two_countries > 10


def test_one_more_day_has_new_invoices_of_known_customers(tmp_path: Path) -> None:
    path, day = tmp_path / "invoices.parquet", tmp_path / "day.parquet"
    write_invoices(path, N_LINES)
    write_next_day(path, day)
    with duckdb.connect() as connection:
        found = connection.execute(
            """
            with known as (from read_parquet($path)), coming as (from read_parquet($day))
            select
                (select count(*) from coming),
                (select count(*) from known where InvoiceDate >= (select max(InvoiceDate)::date from known)),
                (select max(InvoiceDate)::date - (select max(InvoiceDate)::date from known) from coming),
                (select count(distinct InvoiceDate::date) from coming),
                (select count(*) from coming where InvoiceNo in (select InvoiceNo from known)),
                (select count(*) from coming where CustomerID not in (select CustomerID from known)),
                (select count(*) from coming where InvoiceNo[1] = 'C' and Quantity > 0)
            """,
            {"path": str(path), "day": str(day)},
        ).fetchall()[0]
    n_lines, n_of_last_day, *rest = found
    assert n_lines == n_of_last_day > 0
    assert rest == [1, 1, 0, 0, 0]


def test_an_interrupted_file_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "invoices.parquet"
    (tmp_path / "invoices.parquet.unfinished").write_text("half a file")
    write_invoices(path, 60)
    assert [each.name for each in tmp_path.iterdir()] == ["invoices.parquet"]
