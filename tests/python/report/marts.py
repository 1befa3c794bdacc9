"""Small marts to draw a report from; their columns are those that the models declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml
from published_tables import published_keys

SCRIPT = "<script>document.title = 'taken'</script>"
HOSTILE_NAMES = (
    SCRIPT,
    "</script><img src=x onerror=\"document.title='taken'\">",
    "\u202e\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED} right to left",
    "quotes \" ' ` and & entities &lt;b&gt;",
    "$\\frac{1}{2}$ {{ braces }} {% raw %} ]]> --> \u2028 line",
    "10,000: " + "x" * 9_992,
    "漢字 and \N{WAVING HAND SIGN} with, commas 12.3 %, and more",
)
METHODS = ("kmeans", "ward", "hdbscan", "gaussian_mixture")


@dataclass(frozen=True)
class Shop:
    """What the marts are about; every table is empty where its part says so."""

    n_customers: int = 240
    n_segments: int = 4
    segment_names: Sequence[str] = ()
    countries: Sequence[str] = ("United Kingdom", "France", "Spain")
    products: Sequence[str] = ("TEA TOWEL", "MUG", "LANTERN")
    n_more_countries: int = 0
    n_more_products: int = 0
    customer_ids: Sequence[str] = ()
    has_invoices: bool = True
    has_methods: bool = True
    failed_method: str | None = None
    has_earlier_build: bool = False
    attributes: Sequence[str] = ()
    features: Sequence[str] = ("recency_days", "frequency", "monetary")

    def names(self) -> list[str]:
        """A name for each segment."""
        given = list(self.segment_names)[: self.n_segments]
        return given + [f"Segment {number}" for number in range(len(given) + 1, self.n_segments + 1)]


def declared_columns(repo_root: Path) -> dict[str, dict[str, str]]:
    """Names and types of the columns of every published table, as its model declares them."""
    declared = {}
    for path in sorted((repo_root / "models" / "marts").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            if model["name"] in published_keys(repo_root):
                declared[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    return declared


def make_marts(path: Path, repo_root: Path, shop: Shop) -> None:
    """Write the published database of the shop."""
    with duckdb.connect(str(path)) as connection:
        for table, columns in declared_columns(repo_root).items():
            listed = ", ".join(f'"{name}" {data_type}' for name, data_type in columns.items())
            connection.execute(f"create table {table} ({listed})")
        connection.execute(
            """
            create table published_build as
            select
                'b0b0b0b0b0b0' as build_id, cast($as_of_date as date) as as_of_date,
                'm1m1m1m1m1m1' as model_version, cast(null as varchar) as input_checksum, 'GBP' as currency
            """,
            {"as_of_date": "2011-12-10" if shop.has_invoices else None},
        )
        if shop.n_customers:
            insert_customers(connection, shop)
            insert_segments(connection, shop)
            insert_k_scan(connection, shop)
        if shop.attributes:
            insert_attributes(connection, shop)
        if shop.n_customers and shop.has_methods:
            insert_methods(connection, shop)
        if shop.has_invoices:
            insert_revenue(connection, shop)
            insert_ledger(connection)
        if shop.has_earlier_build:
            insert_migration(connection)


def insert_customers(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """customer_rfm, and the temporary table `placed` of each customer's segment."""
    ids = list(shop.customer_ids)[: shop.n_customers]
    ids += [f"C{number:06d}" for number in range(len(ids), shop.n_customers)]
    connection.execute(
        """
        create temporary table placed as
        select
            id as customer_id,
            number,
            cast(number % $k as integer) + 1 as segment_id,
            cast(1 + number * 37 % 60 + 60 * (number % $k) as integer) as recency_days,
            cast(1 + number % 5 + 6 * ($k - 1 - number % $k) as bigint) as frequency,
            -- Who is named belongs to the best of the segment, who are shown.
            cast(
                10 + number * 131 % 9973 / 100 + 300 * ($k - 1 - number % $k)
                + case when number < $n_named then 200 else 0 end as decimal(18, 2)
            ) as monetary
        from (select unnest($ids::varchar[]) as id, unnest(range(len($ids))) as number)
        """,
        {"k": shop.n_segments, "ids": ids, "n_named": len(shop.customer_ids)},
    )
    countries = list(shop.countries) if shop.has_invoices else [None]
    connection.execute(
        """
        insert into customer_rfm by name
        select
            customer_id,
            case when $dated then date '2011-12-10' end as as_of_date,
            case when $dated then date '2011-12-10' - recency_days end as last_order_date,
            case when $dated then date '2010-12-01' end as first_order_date,
            recency_days, frequency, monetary,
            monetary + 1.10 as gross_monetary, cast(1.10 as decimal(18, 2)) as returned_monetary,
            $countries[1 + number % len($countries)] as country,
            false as is_multi_country,
            cast(5 - ntile(5) over (order by recency_days, customer_id) + 1 as integer) as r_score,
            cast(ntile(5) over (order by frequency, customer_id) as integer) as f_score,
            cast(ntile(5) over (order by monetary, customer_id) as integer) as m_score,
            'Loyal' as rfm_segment,
            number % 97 = 0 as is_outlier,
            false as recency_days_imputed, false as frequency_imputed, false as monetary_imputed
        from placed
        order by customer_id
        """,
        {"dated": shop.has_invoices, "countries": countries},
    )


def insert_segments(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """segment_model, customer_segments and segment_profiles."""
    connection.execute(
        """
        create temporary table names as
        select unnest($names::varchar[]) as name, unnest(range(len($names))) + 1 as id
        """,
        {"names": shop.names()},
    )
    features = ", ".join(f"'{feature}'" for feature in shop.features)
    n_features = len(shop.features)
    connection.execute(
        f"""
        insert into segment_model by name
        select
            'm1m1m1m1m1m1' as model_version, 1 as version_number, id as segment_id,
            'segment_' || id as segment_key, name as segment_name,
            [{features}] as features, 'log1p' as feature_transform,
            [4.0, 2.0, 6.0, 1.0][:{n_features}] as means, [1.0, 0.8, 1.2, 1.0][:{n_features}] as scales,
            [id - {shop.n_segments} / 2.0, 1.5 - id, 1.0 - id / 2.0, 0.5][:{n_features}] as centroid,
            {shop.n_segments + 1} as next_segment_id, 42 as random_seed, {shop.n_segments} as n_segments,
            (select max(as_of_date) from customer_rfm) as fitted_as_of,
            {shop.n_customers} as n_customers_fitted, 100.0 as inertia
        from names
        """
    )
    connection.execute(
        """
        insert into customer_segments by name
        select
            placed.customer_id, rfm.as_of_date, placed.segment_id,
            'segment_' || placed.segment_id as segment_key,
            names.name as segment_name, placed.segment_id as value_rank, 'm1m1m1m1m1m1' as model_version,
            placed.recency_days, placed.frequency, placed.monetary, rfm.rfm_segment,
            0.5 as distance_to_centroid, 0.25 as confidence, placed.frequency || ' orders' as reason,
            names.name as recommended_action, rfm.is_outlier
        from placed
        inner join names on placed.segment_id = names.id
        inner join customer_rfm as rfm on placed.customer_id = rfm.customer_id
        order by placed.customer_id
        """
    )
    connection.execute(
        """
        insert into segment_profiles by name
        select
            names.id as segment_id, 'segment_' || names.id as segment_key, names.name as segment_name,
            cast(names.id as integer) as value_rank, 'm1m1m1m1m1m1' as model_version,
            count(*) as n_customers, count(*) / sum(count(*)) over () as share_of_customers,
            sum(monetary) as revenue,
            cast(sum(monetary) as double) / cast(sum(sum(monetary)) over () as double) as share_of_revenue,
            cast(sum(frequency) as bigint) as n_orders, 1 as n_outliers,
            avg(recency_days) as mean_recency_days, median(recency_days) as median_recency_days,
            median(frequency) as median_frequency, cast(avg(monetary) as decimal(18, 2)) as mean_monetary,
            cast(median(monetary) as decimal(18, 2)) as median_monetary,
            cast(sum(monetary) / sum(frequency) as decimal(18, 2)) as avg_order_value,
            any_value(names.name) as description,
            'frequency > 1 order and monetary > £1,200' as rule, 0.9 as rule_fidelity,
            'Do: ' || names.name as recommended_action,
            [{'product_code': 'P1', 'name': names.name, 'n_customers': 12, 'lift': 1.5}] as top_products
        from placed
        inner join names on placed.segment_id = names.id
        group by names.id, names.name
        order by names.id
        """
    )


def insert_attributes(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """customer_attributes and segment_attribute_profiles: a number and a text of each name.

    The number is 10 times the segment plus 0 or 40; one customer in five has an imputed one instead.
    The text is the first name for all of segment 1, and one of all names for the others.
    """
    connection.execute(
        """
        insert into customer_attributes by name
        with names as (
            select unnest($names::varchar[]) as name, unnest(range(len($names))) as position
        )
        select
            customer_id, 'number ' || name as attribute, 'number' as kind,
            case when number % 5 = 0 then 999.0 else 10.0 * segment_id + number // $k % 2 * 40 end
                as value_number,
            number % 5 = 0 as is_imputed
        from placed
        cross join names
        union all by name
        select
            customer_id, name as attribute, 'category' as kind,
            case when segment_id = 1 then $names[1] else $names[1 + number // $k % len($names)] end
                as value_text,
            false as is_imputed
        from placed
        cross join names
        """,
        {"names": list(shop.attributes), "k": shop.n_segments},
    )
    connection.execute(
        """
        insert into segment_attribute_profiles by name
        select
            segment_id, attribute, kind, value_text as level, count(*) as n_customers,
            count(*) / sum(count(*)) over (partition by segment_id, attribute) as share_of_known,
            avg(value_number) as mean, median(value_number) as median
        from customer_attributes
        inner join placed using (customer_id)
        where not is_imputed
        group by segment_id, attribute, kind, value_text
        """
    )


def insert_k_scan(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """segment_k_scan for k from 2 to 10; the figures of the largest k could not be measured."""
    connection.execute(
        """
        insert into segment_k_scan by name
        select
            cast(k as integer) as k, 1000.0 / k as inertia,
            case when k < 10 then 0.6 - k / 50 end as silhouette,
            case when k < 10 then 0.59 - k / 50 end as silhouette_low,
            case when k < 10 then 0.61 - k / 50 end as silhouette_high,
            case when k < 10 then 1 - k / 20 end as worst_jaccard,
            case when k < 10 then 1 - k / 30 end as mean_jaccard,
            case when k < 10 then 0.3 end as null_silhouette_mean,
            case when k < 10 then 0.32 end as null_silhouette_max,
            k = $k as is_elbow, k < 6 as is_eligible, k = $k as is_chosen,
            case when k >= 6 then 'worst Jaccard < 0.75 & more' end as rejection_reason,
            $k || ' segments: the elbow & eligible.' as verdict
        from range(2, 11) as candidates (k)
        """,
        {"k": shop.n_segments},
    )


def insert_methods(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """clustering_comparison and customer_clusters."""
    for method in METHODS:
        failed = method == shop.failed_method
        connection.execute(
            """
            insert into clustering_comparison by name
            select
                $method as method, case when not $failed then $k end as n_clusters,
                case when not $failed then 0.4 end as silhouette, random() as seconds, 240 as rows_fitted,
                case when $failed then 'failed' else 'ok' end as status,
                case when $failed then 'did <b>not</b> converge' end as error
            """,
            {"method": method, "failed": failed, "k": shop.n_segments},
        )
        if not failed:
            connection.execute(
                """
                insert into customer_clusters by name
                select
                    customer_id, $method as method,
                    case when $method <> 'hdbscan' or number % 3 > 0 then segment_id end as cluster_number,
                    $method = 'hdbscan' and number % 3 = 0 as is_noise,
                    cast(number % 4 as integer) as n_agreeing_methods
                from placed
                """,
                {"method": method},
            )


def insert_revenue(connection: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """country_segments and product_segments; the mix of segments is written as the models write it."""
    mix = (
        ", ".join(f"{name} {100 / shop.n_segments:.1f} %" for name in shop.names())
        if shop.n_customers
        else None
    )
    for table, key, names, n_more in (
        ("country_segments", "country", shop.countries, shop.n_more_countries),
        ("product_segments", "description", shop.products, shop.n_more_products),
    ):
        code = "'P' || revenue_rank as product_code," if table == "product_segments" else ""
        connection.execute(
            f"""
            insert into {table} by name
            with named as (
                select unnest($names::varchar[]) as name, unnest(range(1, len($names) + 1)) as revenue_rank
                union all
                select 'More ' || number, len($names) + number from range(1, $n_more + 1) as more (number)
            ),
            measured as (
                select *, cast(1000000.10 / revenue_rank as decimal(18, 2)) as revenue from named
            )
            select
                name as {key}, {code} revenue, 10 as n_orders, 5 as n_customers, 12.50 as avg_order_value,
                0.05 as return_rate, cast(revenue_rank as integer) as revenue_rank,
                cast(revenue as double) / cast(sum(revenue) over () as double) as share_of_revenue,
                cast(sum(revenue) over (order by revenue_rank) as double)
                    / cast(sum(revenue) over () as double) as cumulative_share_of_revenue,
                case when revenue_rank = 1 then 'A' else 'C' end as abc_class,
                cast(least(revenue_rank, 3) as integer) as tier,
                case when revenue_rank <= 20 then $mix end as segment_mix
            from measured
            order by name
            """,
            {"names": list(names), "n_more": n_more, "mix": mix},
        )


def insert_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """cleaning_ledger, down to the sum of monetary."""
    connection.execute(
        """
        insert into cleaning_ledger by name
        with rules (rule_number, part, rule, description, lines_removed, value_removed) as (
            values
                (1, 'lines', 'duplicate', 'Further copy of a <line>', 100, 1234.56),
                (2, 'lines', 'adjustment', 'Invoice starting with A', 3, -500.00),
                (3, 'lines', 'stock_note', 'Price 0', 0, 0.00),
                (4, 'monetary', 'no_customer', 'Line without a customer id', 700, 9876.54)
        ),
        left_over as (
            select
                *,
                2000 - sum(lines_removed) over (order by rule_number) as lines_after,
                (select coalesce(sum(monetary), 0) from customer_rfm)
                    + sum(value_removed) over ()
                    - sum(value_removed) over (order by rule_number) as value_after
            from rules
        )
        select
            *, lines_after + lines_removed as lines_before, value_after + value_removed as value_before
        from left_over
        order by rule_number
        """
    )


def insert_migration(connection: duckdb.DuckDBPyConnection) -> None:
    """segment_migration: two moves, one of them by the model alone, one arrival, one who stayed."""
    connection.execute(
        """
        insert into segment_migration by name
        select
            date '2011-12-10' as as_of_date, date '2011-11-10' as previous_as_of_date,
            from_id as from_segment_id, before.name as from_segment_name,
            to_id as to_segment_id, now.name as to_segment_name,
            cause, n as n_customers, 10.00 as previous_monetary, 12.50 as monetary, 2.50 as monetary_change
        from (values (1, 2, 'customer', 7), (2, 1, 'model', 4), (null, 1, 'arrived', 9), (1, 1, 'stayed', 50))
            as flows (from_id, to_id, cause, n)
        left join names as before on before.id = from_id
        left join names as now on now.id = to_id
        """
    )
