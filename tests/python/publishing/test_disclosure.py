"""What published files say of single customers: pseudonyms where asked for, and no counts of a few."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from published_tables import published_keys

from privacy import register_functions
from publishing import Disclosure, Publication, PublishingError, Schema, publish
from publishing.places import build_folders

# Six countries; those of 4 and 0 customers are too small for a minimum of 5.
COUNTRIES = """
    create or replace table country_segments as
    select
        country, revenue, n_customers, cast(rank as integer) as revenue_rank,
        cast(revenue as double) / 100 as share_of_revenue,
        cast(sum(revenue) over (order by rank) as double) / 100 as cumulative_share_of_revenue,
        'Champions 100.0 %' as segment_mix
    from (values
        ('A', 40.00, 50, 1), ('B', 25.00, 4, 2), ('C', 20.00, 5, 3), ('D', 10.00, 0, 4), ('E', 5.00, 9, 5)
    ) as t (country, revenue, n_customers, rank);
    create or replace table product_segments as
    select * rename (country as product_code) from country_segments;
    create or replace table segment_attribute_profiles as
    select * from (values (1, 'city', 'Rome', 5), (1, 'city', 'Oslo', 4))
        as t (segment_id, attribute, level, n_customers);
    create or replace table segment_migration as
    select * from (values (date '2011-12-10', 1, 2, 'customer', 1), (date '2011-12-10', 1, 1, 'stayed', 6))
        as t (as_of_date, from_segment_id, to_segment_id, cause, n_customers);
    create or replace table segment_profiles as
    select
        *, 5 as n_customers, segment_key as segment_name,
        [{'name': 'A', 'n_customers': 5}, {'name': 'B', 'n_customers': 4}] as top_countries,
        [{'name': 'P', 'n_customers': 3}] as top_products
    from segment_profiles;
    create or replace table rejected_invoice_lines as
    select * from (values ('a.csv', 2, '17850,x', ' 17850.0'))
        as t (source_file, source_line, raw_text, customer_id_text);
    create or replace view invoice_lines as
    select * from (values ('a.csv', 3, '17850'), ('a.csv', 4, null))
        as t (source_file, source_line, customer_id);
    create or replace table rejected_customer_records as
    select * from (values ('b.csv', 2, '17850,1,2')) as t (source_file, source_line, raw_text);
"""
Publish = Callable[..., Publication]


@pytest.fixture
def publish_shop(
    tmp_path: Path, link: Path, warehouse_module: Any, repo_root: Path, monkeypatch: pytest.MonkeyPatch
) -> Publish:
    """Publish a warehouse whose counts are known, single lines included."""
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "k" * 40)
    path = tmp_path / "shop.duckdb"
    warehouse_module.make_warehouse(path, 1)

    def publish_shop(**disclosure: Any) -> Publication:
        with duckdb.connect(str(path)) as connection:
            register_functions(connection, None)
            connection.execute(COUNTRIES)
            # As dbt does: the functions belong to another connection of the same process.
            with connection.cursor() as cursor:
                return publish(
                    cursor,
                    Schema("shop", "main"),
                    link,
                    published_keys(repo_root),
                    currency="GBP",
                    disclosure=Disclosure(**disclosure),
                )

    return publish_shop


def rows(link: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(link / "segments.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_no_published_file_holds_a_true_id(publish_shop: Publish, link: Path, warehouse_module: Any) -> None:
    publish_shop(pseudonymous=True)
    tables = [name for (name,) in rows(link, "select table_name from duckdb_tables()")]
    for customer in ("17850", "Ωmega"):
        for table in tables:
            query = f"select count(*) from {table} as t where contains(cast(t as varchar), '{customer}')"
            assert rows(link, query) == [(0,)], table
            parquet = f"select count(*) from '{link}/{table}.parquet' as t"
            where = f" where contains(cast(t as varchar), '{customer}')"
            assert duckdb.sql((parquet + where).replace("Anna's", "Anna''s")).fetchall() == [(0,)], table
        for path in link.resolve().rglob("*"):
            assert path.is_dir() or customer.encode() not in path.read_bytes(), path
    customers = rows(link, "select customer_id from customer_rfm")
    assert len(set(customers)) == len(warehouse_module.CUSTOMERS)
    assert all(len(customer) == 32 for (customer,) in customers)


def test_pseudonyms_join_the_tables_and_outlive_a_build(publish_shop: Publish, link: Path) -> None:
    publish_shop(pseudonymous=True)
    joined = "select count(*) from customer_rfm inner join customer_segments using (customer_id)"
    assert rows(link, joined) == rows(link, "select count(*) from customer_rfm")
    history = "select count(*) from segment_history semi join customer_rfm using (customer_id)"
    assert rows(link, history) == rows(link, "select count(*) from segment_history") != [(0,)]
    assert rows(link, "select count(*), count(customer_id) from invoice_lines") == [(2, 1)]
    first = set(rows(link, "select customer_id from customer_rfm"))
    publish_shop(pseudonymous=True, minimum_customers=2)
    assert set(rows(link, "select customer_id from customer_rfm")) == first


def test_rows_are_in_the_order_of_pseudonyms(publish_shop: Publish, link: Path) -> None:
    publish_shop(pseudonymous=True)
    for table in ("customer_rfm", "customer_segments"):
        ids = [row[0] for row in rows(link, f"select customer_id from {table}")]
        assert ids == sorted(ids)


def test_another_key_gives_other_pseudonyms(
    publish_shop: Publish, link: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_shop(pseudonymous=True)
    first = set(rows(link, "select customer_id from customer_rfm"))
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "x" * 40)
    publish_shop(pseudonymous=True)
    assert not first & set(rows(link, "select customer_id from customer_rfm"))


def test_builds_with_true_ids_go_with_the_first_of_pseudonyms(publish_shop: Publish, link: Path) -> None:
    publish_shop()
    publish_shop(pseudonymous=True)
    publish_shop(pseudonymous=True, minimum_customers=2)
    assert [folder.name[:6] for folder in build_folders(link)] == ["000002", "000003"]
    publish_shop()
    assert rows(link, "select count(*) from customer_rfm where customer_id = '17850'") == [(1,)]


@pytest.mark.parametrize("table", ["country_segments", "product_segments"])
def test_countries_and_products_of_a_few_customers_leave_no_gap(
    publish_shop: Publish, link: Path, table: str
) -> None:
    publish_shop(minimum_customers=5)
    columns = "n_customers, revenue_rank, revenue, cumulative_share_of_revenue, segment_mix"
    assert rows(link, f"select {columns} from {table} order by revenue_rank") == [
        (50, 1, Decimal("40.00"), 0.4, None),
        (5, 2, Decimal("20.00"), 0.6, None),
        (9, 3, Decimal("5.00"), 0.65, None),
    ]


def test_other_counts_of_a_few_customers_are_left_out(publish_shop: Publish, link: Path) -> None:
    publish_shop(minimum_customers=5)
    assert rows(link, "select level from segment_attribute_profiles") == [("Rome",)]
    assert rows(link, "select cause from segment_migration") == [("stayed",)]
    traits = "select distinct [t.name for t in top_countries], len(top_products) from segment_profiles"
    assert rows(link, traits) == [(["A"], 0)]


def test_by_default_every_count_is_published(publish_shop: Publish, link: Path) -> None:
    publish_shop()
    assert rows(link, "select count(*), count(segment_mix) from country_segments") == [(5, 5)]
    assert rows(link, "select count(*) from segment_migration") == [(2,)]


def test_a_segment_of_too_few_customers_is_not_published(publish_shop: Publish, link: Path) -> None:
    publish_shop()
    before = link.readlink()
    with pytest.raises(PublishingError, match="has 5 customers, fewer than `minimum_published_customers`"):
        publish_shop(minimum_customers=6)
    assert link.readlink() == before
