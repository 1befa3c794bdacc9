"""What the sample must hold so that every rule of the project has something to work on."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

import sample_data

REPOSITORY = Path(__file__).resolve().parents[3]
ONLINE_RETAIL = REPOSITORY.parent / "shared" / "data" / "online_retail" / "OnlineRetail.csv"

# Quirk, the lines (or customers, invoices, codes) that show it, how many there are at least.
QUIRKS = [
    ("lines without a customer", "from typed where customer_id is null", 3000),
    ("guest sales", "from sales where customer_id is null", 2500),
    ("cancellations with a customer", "from credit_notes where customer_id is not null", 250),
    ("cancellations by guests", "from credit_notes where customer_id is null", 5),
    (
        "cancelled in full: same customer, product and quantity sold before",
        """from credit_notes where exists (
            select 1 from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.quantity = -credit_notes.quantity
                and sales.invoiced_at <= credit_notes.invoiced_at
        )""",
        100,
    ),
    (
        "cancelled in part: less than any sale before",
        """from credit_notes where -quantity < (
            select min(sales.quantity) from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.invoiced_at <= credit_notes.invoiced_at
        )""",
        50,
    ),
    (
        "cancelled across sales: more than the largest sale, at most all of them",
        """from credit_notes where -quantity > (
            select max(sales.quantity) from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.invoiced_at <= credit_notes.invoiced_at
        ) and -quantity <= (
            select sum(sales.quantity) from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.invoiced_at <= credit_notes.invoiced_at
        )""",
        5,
    ),
    (
        "cancelled beyond what was sold",
        """from credit_notes where -quantity > (
            select sum(sales.quantity) from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.invoiced_at <= credit_notes.invoiced_at
        )""",
        2,
    ),
    (
        "cancelled without a sale: bought before the data begins",
        """from credit_notes where customer_id is not null and not exists (
            select 1 from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
                and sales.invoiced_at <= credit_notes.invoiced_at
        )""",
        25,
    ),
    (
        "cancelled at another price than the sale's",
        """from credit_notes where customer_id is not null and unit_price not in (
            select sales.unit_price from sales
            where
                sales.customer_id = credit_notes.customer_id
                and sales.product_code = credit_notes.product_code
        ) and (customer_id, product_code) in (select (customer_id, product_code) from sales)""",
        10,
    ),
    (
        "customers who only cancelled",
        """from (select customer_id from typed where customer_id is not null group by customer_id
        having bool_and(quantity < 0))""",
        3,
    ),
    (
        "customers with one sale and nothing kept",
        """from (
            select customer_id
            from (from sales union all from credit_notes)
            where customer_id is not null
            group by customer_id
            having sum(quantity * unit_price) = 0
        )""",
        5,
    ),
    (
        "negative quantity on a plain invoice",
        "from typed where quantity < 0 and not has_prefix and is_goods and unit_price > 0",
        5,
    ),
    ("positive quantity on a cancellation", "from typed where quantity > 0 and prefix = 'C'", 3),
    ("quantity 0", "from typed where quantity = 0", 2),
    ("free goods", "from typed where unit_price = 0 and quantity > 0 and customer_id is not null", 20),
    ("stock written off", "from typed where unit_price = 0 and quantity < 0 and customer_id is null", 60),
    ("stock found again", "from typed where unit_price = 0 and quantity > 0 and customer_id is null", 5),
    (
        "remark instead of a description",
        "from typed where description in ('damaged', '?') and unit_price = 0",
        20,
    ),
    ("no description", "from typed where description is null", 5),
    ("postage", "from typed where product_code = 'POST' and quantity > 0", 150),
    ("postage given back", "from typed where product_code = 'POST' and prefix = 'C'", 5),
    ("web shop postage of guests", "from typed where product_code = 'DOT' and customer_id is null", 80),
    ("carriage", "from typed where product_code = 'C2'", 10),
    ("manual lines", "from typed where stock_code = 'M' and quantity > 0", 20),
    ("manual lines in lower case", "from typed where stock_code = 'm'", 3),
    ("manual credits", "from typed where stock_code = 'M' and prefix = 'C'", 10),
    ("bank charges", "from typed where product_code = 'BANK CHARGES'", 20),
    ("fees and samples", "from typed where product_code in ('AMAZONFEE', 'CRUK', 'S') and prefix = 'C'", 60),
    ("discounts", "from typed where product_code = 'D' and prefix = 'C' and customer_id is not null", 30),
    ("adjustments upwards", "from typed where prefix = 'A' and product_code = 'B' and unit_price > 0", 1),
    ("adjustments downwards", "from typed where prefix = 'A' and product_code = 'B' and unit_price < 0", 2),
    (
        "copies of a line",
        """from (select 1 from typed group by all_columns having count(*) > 1)""",
        150,
    ),
    (
        "customers in two countries",
        """from (select customer_id from typed where customer_id is not null group by customer_id
        having count(distinct country) = 2)""",
        8,
    ),
    (
        "products that were renamed",
        """from (select product_code from sales group by product_code
        having count(distinct trim(description)) > 1 and count(distinct year(invoiced_at)) = 2)""",
        30,
    ),
    (
        "products in both cases",
        """from (select product_code from typed where is_goods group by product_code
        having count(distinct stock_code) > 1)""",
        20,
    ),
    ("customer numbers with a decimal", "from lines where CustomerID like '%.0'", 1000),
    (
        "customers with both forms of their number",
        """from (select split_part(CustomerID, '.', 1) as customer from lines group by customer
        having count(distinct CustomerID) = 2)""",
        100,
    ),
    ("descriptions with a comma", "from typed where description like '%,%'", 300),
    ("descriptions with a quote", "from typed where description like '%\"%'", 50),
    ("descriptions with a space before", "from typed where description like ' %'", 100),
    ("descriptions with a space behind", "from typed where description like '% '", 100),
    ("descriptions with a pound sign", "from typed where description like '%£%'", 20),
    ("descriptions with an accent", "from typed where description like '%É%'", 20),
    (
        "invoices over two timestamps",
        """from (select invoice_number from typed group by invoice_number
        having count(distinct invoiced_at) = 2)""",
        15,
    ),
    ("gift vouchers", "from sales where stock_code like 'gift_0001_%'", 20),
    ("goods with codes of letters", "from sales where stock_code = 'PADS' or stock_code like 'DCGS%'", 30),
    ("country not given", "from typed where country = 'Unspecified'", 50),
]
COLUMNS = "invoice_number, stock_code, description, quantity, invoiced_at, unit_price, customer_id, country"


def value(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(("rows", "at_least"), [pytest.param(*quirk[1:], id=quirk[0]) for quirk in QUIRKS])
def test_every_quirk_of_real_exports_is_present(
    sample: duckdb.DuckDBPyConnection, rows: str, at_least: int
) -> None:
    found = value(sample, f"select count(*) {rows.replace('all_columns', COLUMNS)}")

    assert isinstance(found, int)
    assert found >= at_least


def test_lines_are_in_order_of_time(sample: duckdb.DuckDBPyConnection) -> None:
    earlier_than_the_line_before = """
        select count(*)
        from (select invoiced_at < lag(invoiced_at) over (order by file_order) as is_earlier from typed)
        where is_earlier
    """

    assert value(sample, earlier_than_the_line_before) == 0


def test_invoices_are_numbered_in_order_of_time(sample: duckdb.DuckDBPyConnection) -> None:
    numbered_late = """
        with invoices as (
            select ltrim(invoice_number, 'AC')::integer as number, min(invoiced_at) as created_at
            from typed
            group by number
        )

        select count(*)
        from (select created_at < lag(created_at) over (order by number) as is_late from invoices)
        where is_late
    """

    assert value(sample, numbered_late) == 0


def test_it_covers_two_years_with_closed_days_and_a_busy_autumn(sample: duckdb.DuckDBPyConnection) -> None:
    assert value(sample, "select min(invoiced_at)::date::text from typed") == "2023-01-03"
    assert value(sample, "select max(invoiced_at)::date::text from typed") == "2024-12-20"
    assert value(sample, "select count(*) from typed where dayofweek(invoiced_at) = 0") == 0
    autumn_over_january = """
        select
            count(*) filter (month(invoiced_at) in (10, 11)) / 2 / count(*) filter (month(invoiced_at) = 1)
        from sales
    """
    assert float(str(value(sample, autumn_over_january))) > 2


def test_about_a_fifth_of_the_lines_has_no_customer(sample: duckdb.DuckDBPyConnection) -> None:
    share = value(sample, "select 1 - count(customer_id) / count(*) from typed")

    assert 0.17 < float(str(share)) < 0.26


def test_the_size_is_that_of_a_small_shop(sample: duckdb.DuckDBPyConnection) -> None:
    assert 15_000 <= int(str(value(sample, "select count(*) from typed"))) <= 22_000
    assert 600 <= int(str(value(sample, "select count(distinct customer_id) from sales"))) <= 900


def test_the_description_of_the_package_gives_its_size(sample: duckdb.DuckDBPyConnection) -> None:
    size = """
        select format(
            '{:,} lines, {:,} invoices, {} customers',
            count(*), count(distinct invoice_number), count(distinct customer_id)
        )
        from typed
    """

    assert str(value(sample, size)) in str(sample_data.__doc__)


def test_a_huge_order_cancelled_within_minutes_leaves_a_few_pounds(sample: duckdb.DuckDBPyConnection) -> None:
    gross_rank, kept = sample.execute("""
        select gross_rank, kept
        from (
            select
                customer_id,
                rank() over (order by sum(quantity * unit_price) filter (quantity > 0) desc) as gross_rank,
                sum(quantity * unit_price) as kept
            from (from sales union all from credit_notes)
            where customer_id is not null
            group by customer_id
        )
        where kept > 0
        order by gross_rank
        limit 1
    """).fetchone() or (None, None)

    assert gross_rank == 1
    assert 0 < kept < 10


def test_k_means_finds_four_groups_a_reader_recognises(sample: duckdb.DuckDBPyConnection) -> None:
    columns = sample.execute("""
        select
            date '2024-12-21' - max(invoiced_at::date) as recency_days,
            count(distinct invoice_number) as frequency,
            sum(quantity * unit_price)::double as monetary
        from sales
        where customer_id is not null
        group by customer_id
        order by customer_id
    """).fetchnumpy()
    rfm = np.column_stack(
        [np.asarray(columns[name], dtype=np.float64) for name in ("recency_days", "frequency", "monetary")]
    )
    logged = np.log1p(rfm)
    z = (logged - logged.mean(axis=0)) / logged.std(axis=0)

    labels = KMeans(n_clusters=4, n_init=10, random_state=42).fit_predict(z)
    medians = sorted((np.median(rfm[labels == label], axis=0) for label in range(4)), key=lambda row: -row[2])
    best, quiet, *small = medians
    new, lost = sorted(small, key=lambda row: row[0])

    assert silhouette_score(z, labels) > 0.40
    assert np.bincount(labels).min() > 0.1 * len(labels)
    # Best customers are recent and frequent; good ones have gone quiet; small ones are new or lost.
    assert best[0] < 60
    assert best[1] >= 6
    assert quiet[0] > 180
    assert quiet[1] >= 3
    assert new[0] < 60
    assert new[1] <= 2
    assert lost[0] > 300
    assert lost[1] == 1


@pytest.fixture(scope="module")
def sample_and_real(sample: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The sample, and the real Online Retail file of `../shared/data` as table `real`; skips without it."""
    if not ONLINE_RETAIL.exists():
        pytest.skip("the real Online Retail file is not beside the repository (../shared/data)")
    sample.execute(
        "create table real as from read_csv(?, header = true, all_varchar = true, encoding = 'latin-1')",
        [str(ONLINE_RETAIL)],
    )
    return sample


@pytest.mark.parametrize(
    "shared",
    [
        """select InvoiceNo, StockCode, Quantity from lines
        intersect select InvoiceNo, StockCode, Quantity from real""",
        "select InvoiceNo from lines intersect select InvoiceNo from real",
        "select customer_id from typed where customer_id is not null intersect select CustomerID from real",
        # Names of products; a remark of the stockroom such as "damaged" has no price.
        """select upper(trim(description)) from typed where is_goods and unit_price > 0
        intersect select upper(trim(Description)) from real""",
    ],
    ids=["invoice, stock code and quantity", "invoice numbers", "customers", "names of products"],
)
def test_nothing_is_taken_from_the_real_data(sample_and_real: duckdb.DuckDBPyConnection, shared: str) -> None:
    """Against the real file in `../shared/data`; skips where it is absent."""
    assert sample_and_real.execute(shared).fetchall() == []
