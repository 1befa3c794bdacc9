"""The core of the job by hand: one script with the project's audit, without its tests, k scan and history.

Lines typed, classified and stored; copies found; returns paired, latest sale first; the ledger; recency,
frequency and monetary of each customer (net); revenue of products and countries; one K-Means; everybody's
segment; Parquet files. `python -m benchmarks.by_hand LINES.parquet|csv FOLDER` prints the result as JSON;
FOLDER takes database and files.
"""

import json
import sys
from pathlib import Path

import duckdb
import numpy as np
from sklearn.cluster import KMeans

from returns import ReturnPairing
from sql_text import quoted_literal

N_SEGMENTS = 4
MEMORY_LIMIT = "6GB"
CODES = "'POST', 'DOT', 'C2', 'D', 'M', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'S', 'B'"
EIGHT = "invoice_number, stock_code, description, quantity, invoiced_at, unit_price, customer_id, country"

# All that a line says by itself. Numbered by row: the file's own order.
LINES = f"""
create table lines as
with typed as (
    select
        row_number() over () as source_line,
        nullif(trim(InvoiceNo), '') as invoice_number,
        nullif(trim(StockCode), '') as stock_code,
        nullif(trim(Description), '') as description,
        try_cast(Quantity as bigint) as quantity,
        try_cast(InvoiceDate as timestamp) as invoiced_at,
        try_cast(UnitPrice as decimal(18, 4)) as unit_price,
        nullif(regexp_replace(trim(cast(CustomerID as varchar)), '[.]0+$', ''), '') as customer_id,
        nullif(trim(Country), '') as country
    from {{source}}
)
select
    *,
    case
        when quantity is null or quantity = 0 then 'invalid_quantity'
        when unit_price is null then 'invalid_price'
        when invoiced_at is null then 'invalid_date'
        when invoice_number ilike 'a%' or unit_price < 0 then 'adjustment'
        when unit_price = 0 and (quantity < 0 or customer_id is null) then 'stock_note'
        when unit_price = 0 then 'free_goods'
        when upper(stock_code) in ({CODES}) then 'charge'
        when invoice_number ilike 'c%' or quantity < 0 then 'return'
        else 'sale'
    end as line_type,
    cast(round(quantity * unit_price, 2) as decimal(18, 2)) as line_amount
from typed
"""
# A hash first, the eight columns only where hashes meet.
COPIES = f"""
create table copies as
with hashed as (
    select source_line, hash({EIGHT}) as line_hash from lines where not starts_with(line_type, 'invalid')
),
met as (select line_hash from hashed group by line_hash having count(*) > 1)
select source_line from lines
where source_line in (select source_line from hashed where line_hash in (select line_hash from met))
qualify row_number() over (partition by {EIGHT} order by source_line) > 1
"""
# Only products that a customer sent back, up to the last return.
EVENTS = """
create table events as
with returned as (
    select customer_id, upper(stock_code) as product_code, max(invoiced_at) as last_returned_at
    from lines
    where line_type = 'return' and customer_id is not null and stock_code is not null
        and source_line not in (select source_line from copies)
    group by all
)
select
    lines.source_line, lines.line_type = 'return' as is_return, abs(lines.quantity) as quantity,
    lines.unit_price,
    dense_rank() over (order by lines.customer_id, returned.product_code) as pile,
    row_number() over (
        order by lines.customer_id, returned.product_code, lines.invoiced_at, is_return,
            lines.invoice_number desc, lines.unit_price, lines.quantity desc, lines.source_line
    ) as position
from lines
inner join returned
    on lines.customer_id = returned.customer_id and upper(lines.stock_code) = returned.product_code
    and lines.invoiced_at <= returned.last_returned_at
where lines.line_type in ('sale', 'return') and lines.source_line not in (select source_line from copies)
"""
COUNTED = """
create table returned_sales as
select
    events.source_line,
    cast(round(sum(pairs.quantity) * any_value(events.unit_price), 2) as decimal(18, 2)) as returned_amount
from pairs inner join events on pairs.position = events.position
group by events.source_line;

create view counted as
select
    lines.*, invoiced_at::date as invoice_date, upper(stock_code) as product_code,
    case when copies.source_line is not null then 'duplicate' else line_type end as rule,
    case when line_type = 'sale' then line_amount - coalesce(returned_amount, 0) end as kept_amount
from lines left join copies using (source_line) left join returned_sales using (source_line)
"""
# Three readings of the lines; nothing that follows is larger than customers or orders.
TABLES = {
    "orders": """
        select
            customer_id, invoice_number, country, rule, count(*) as n_lines, sum(line_amount) as line_amount,
            sum(kept_amount) as kept_amount, min(invoice_date) as first_date,
            max(invoice_date) filter (kept_amount > 0) as last_kept_date
        from counted group by all
    """,
    "customer_products": """
        select
            customer_id, product_code, sum(line_amount) filter (rule = 'sale') as sold,
            sum(line_amount) filter (rule = 'return') as sent_back, bool_or(kept_amount > 0) as is_kept
        from counted where rule in ('sale', 'return') group by all
    """,
    "product_orders": """
        select
            product_code, count(distinct invoice_number) as n_orders,
            arg_max(description, invoiced_at) as name
        from counted where rule = 'sale' group by all
    """,
    "ledger": """
        select rule, sum(n_lines) as n_lines, sum(line_amount) as line_amount from orders group by rule
    """,
    "customer_rfm": """
        with by_order as (
            select customer_id, invoice_number, sum(kept_amount) as kept, max(last_kept_date) as last_kept
            from orders where rule = 'sale' and customer_id is not null group by all
        ),
        as_of as (select max(first_date) + 1 as day from orders where rule in ('sale', 'return', 'charge'))
        select
            customer_id, date_diff('day', max(last_kept), any_value(day)) as recency_days,
            count(*) filter (kept > 0) as frequency, sum(kept)::decimal(18, 2) as monetary
        from by_order, as_of group by customer_id having sum(kept) > 0
    """,
    "customer_countries": """
        select customer_id, country, sum(kept_amount) as kept from orders
        where rule = 'sale' and customer_id is not null group by customer_id, country
        qualify row_number() over (
            partition by customer_id order by sum(kept_amount) desc, max(first_date) desc, country
        ) = 1
    """,
    "product_revenue": """
        select product_code, sum(sold) as sold, sum(sent_back) as sent_back, count(customer_id) as n_customers
        from customer_products group by all
    """,
    "country_revenue": """
        with invoices as (
            select country, invoice_number, any_value(customer_id) as customer_id, sum(line_amount) as revenue
            from orders where rule in ('sale', 'return') group by all
        )
        select
            country, sum(revenue) as revenue, count(*) as n_orders,
            count(distinct customer_id) as n_customers
        from invoices group by all
    """,
}
SEGMENT_PRODUCTS = """
create table segment_products as
select segment_id, product_code, count(*) as n_buyers, sum(sold) as sold
from customer_products inner join customer_segments using (customer_id)
where sold is not null group by all
"""
FILES = ("customer_segments", "ledger", "product_revenue", "country_revenue", "segment_products")


def run(path: str, folder: str) -> dict[str, object]:
    """Do it all in a new database; returns the number of customers, their money and the ledger's lines."""
    database = Path(folder, "by_hand.duckdb")
    for old in (database, Path(f"{database}.wal")):
        old.unlink(missing_ok=True)
    is_csv = path.endswith(".csv")
    source = f"read_csv({quoted_literal(path)}, all_varchar = true)" if is_csv else quoted_literal(path)
    with duckdb.connect(str(database), config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("set enable_progress_bar = false; set preserve_insertion_order = false")
        for statement in (LINES.format(source=source), COPIES, EVENTS):
            connection.execute(statement)
        pair_returns(connection)
        connection.execute(COUNTED)
        for name, query in TABLES.items():
            connection.execute(f"create table {name} as {query}")
        give_segments(connection)
        connection.execute(SEGMENT_PRODUCTS)
        for name in FILES:
            connection.execute(f"copy {name} to {quoted_literal(str(Path(folder, f'{name}.parquet')))}")
        connection.execute("checkpoint")
        n_customers, monetary = connection.execute(
            "select count(*), sum(monetary) from customer_rfm"
        ).fetchall()[0]
        n_lines = connection.execute("select sum(n_lines) from ledger").fetchall()[0][0]
    return {"customers": n_customers, "monetary": str(monetary), "lines": int(n_lines)}


def pair_returns(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `pairs`: what comes back of the sale at a position."""
    events = connection.execute("select pile, is_return, quantity from events order by position").fetchnumpy()
    pile, is_return, quantity = (np.asarray(events[name]) for name in ("pile", "is_return", "quantity"))
    found = ReturnPairing().pairs(np.diff(pile, prepend=-1) != 0, is_return, quantity)
    pairs = {"position": found.sale + 1, "quantity": found.quantity}
    connection.register("found_pairs", pairs)
    connection.execute("create table pairs as from found_pairs")


def give_segments(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `customer_segments` by a K-Means fitted on 200,000 customers at most."""
    query = """
        select customer_id, recency_days, frequency, monetary::double as monetary
        from customer_rfm order by customer_id
    """
    customers = connection.execute(query).to_arrow_table()
    names = ("recency_days", "frequency", "monetary")
    z = np.column_stack([np.log1p(customers[name].to_numpy()) for name in names])
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    labels = KMeans(N_SEGMENTS, n_init=3, random_state=0).fit(z[:200_000]).predict(z)
    scores = customers.select(["customer_id"]).append_column("segment_id", [labels])
    connection.register("scores", scores)
    connection.execute(
        "create table customer_segments as select * from customer_rfm inner join scores using (customer_id)"
    )


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:3])))
