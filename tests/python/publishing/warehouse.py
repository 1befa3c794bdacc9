"""A small warehouse with every published mart, and readers of what is published from it."""

from pathlib import Path

import duckdb
from published_tables import published_keys

KEYS = published_keys(Path(__file__).resolve().parents[3])

# An id that a spreadsheet would run, one with quotes and a line break, one with other letters.
CUSTOMERS = ["=1+1", "-7", "@x", 'a "b", c\nd', "Ωmega", "17850", "+49"]
SCORE_CUSTOMER = """
    create or replace function {database}.main.score_customer(recency_days, frequency, monetary) as table (
        with segments as (
            select segment_model.*, segment_profiles.value_rank
            from {database}.main.segment_model
            inner join {database}.main.segment_profiles using (segment_id)
        )
        select segment_key, value_rank, abs(centroid[1] - ln(1 + cast(monetary as double))) as distance
        from segments
        where recency_days >= 0 and frequency > 0
        order by distance, segment_id
        limit 1
    )
"""


def make_warehouse(
    path: Path, version: int, order: str = "customer_id", n_more: int = 0, seconds: float = 1.0
) -> None:
    """Marts whose every value of money, and the model's version, is the version; rows in the given order."""
    path.unlink(missing_ok=True)
    ids = [*CUSTOMERS, *(f"C{number:07d}" for number in range(n_more))]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table ids as select unnest(?::varchar[]) as customer_id", [ids])
        connection.execute(
            f"""
            create table customer_rfm as
            select customer_id, date '2011-12-10' as as_of_date, cast({version} as decimal(18, 2)) as monetary
            from ids order by {order};
            create table customer_segments as
            select
                customer_id,
                cast(1 + length(customer_id) % 2 as integer) as segment_id,
                if(length(customer_id) % 2 = 0, 'champions', 'lost_customers') as segment_key,
                if(length(customer_id) % 2 = 0, 'Champions', '=Lost') as segment_name,
                cast({version} as decimal(18, 2)) as monetary,
                'Call, then "write".' as recommended_action
            from ids order by {order};
            create table segment_model as
            select
                'v{version}' as model_version, 1 as version_number, number as segment_id,
                key as segment_key, [cast(number as double)] as centroid
            from (values (1, 'champions'), (2, 'lost_customers')) as segments (number, key);
            create table segment_profiles as
            select segment_id, segment_key, model_version, cast(segment_id as integer) as value_rank
            from segment_model;
            create table segment_history as
            select *
            from (values
                ('Ωmega', '=Lost', date '2011-10-01', date '2011-11-01'),
                ('Ωmega', 'Loyal', date '2011-11-01', date '2011-12-01'),
                ('Ωmega', 'Champions', date '2011-12-01', null),
                ('-7', '=Lost', date '2011-10-01', date '2011-11-01'),
                ('17850', 'Champions', date '2011-10-01', null)
            ) as history (customer_id, segment_name, valid_from, valid_to);
            create table clustering_comparison as
            select 'ward' as method, 0.5 as silhouette, cast({seconds} as double) as seconds;
            create table stored_lines as
            select 'a.csv' as source_file, 2 as source_line, '536365' as invoice_number;
            create view invoice_lines as select * from stored_lines;
            comment on view invoice_lines is 'Lines.';
            comment on column invoice_lines.invoice_number is 'Number of the invoice.';
            comment on table customer_rfm is 'One row per customer. It''s {version}.';
            comment on column customer_rfm.monetary is 'Kept amount, in GBP.';
            """
        )
        made = {table for (table,) in connection.execute("show tables").fetchall()}
        for table in KEYS.keys() - made:
            columns = ", ".join(f"'{column} {version}' as {column}" for column in KEYS[table])
            connection.execute(f"create table {table} as select {columns}")
        connection.execute(SCORE_CUSTOMER.format(database=f'"{path.stem}"'))
