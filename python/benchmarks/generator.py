"""Invoices of an invented shop as one Parquet file of any size, written by DuckDB alone.

Nothing is drawn at random: every value is a function of the line's number, through DuckDB's `hash`. The file
is the same at any number of threads; another version of DuckDB may hash, and so write, something else.

Invoices come in blocks of 60 lines. Each block has 25 invoices of one to seven lines: five are the first ones
of new customers, five belong to guests without an id, one returns an earlier line, and the rest go to
customers who were there before, a few of them far more often than the others. So 60 lines bring five
customers.

Quirks, by share of all lines:

| quirk | share |
|---|---:|
| no customer | 20.3 % |
| returns: half of them of the whole line, an eighth by someone who never bought it | 1.7 % |
| exact copies of the line before | 1.0 % |
| postage, manual lines, discounts | 1.0 % |
| no description | 0.3 % |
| price 0: written off, or given away | 0.2 % |
| quantity 0 | 0.1 % |
| invoices starting with A | 0.02 % |
"""

from pathlib import Path

import duckdb

from sql_text import quoted_literal

# Part of the file name, so that a changed generator writes anew.
GENERATOR_VERSION = "v1"
LINES_PER_BLOCK = 60
CUSTOMERS_PER_BLOCK = 5
# Number of lines of the invoices of a block, 60 together. The first one is the return.
INVOICE_SIZES = (1, 7, 2, 1, 3, 1, 2, 5, 1, 2, 1, 4, 2, 1, 3, 2, 1, 6, 2, 1, 4, 2, 1, 3, 2)
# Places of the invoices in a block that open an account, and of those without a customer.
NEW_CUSTOMER_PLACES = (2, 7, 11, 16, 21)
GUEST_PLACES = (4, 9, 14, 19, 23)
PRODUCTS = 4_000
MEMORY_LIMIT = "4GB"

# A whole number from 0 to n - 1, from other bits of a hash for each `shift`.
DRAW_MACRO = "create macro draw(hashed, shift, n) as cast((hashed >> shift) % n as bigint);"

# One row per product; popular products have small numbers. Prices are mostly low, in pence.
PRODUCT_TABLE = f"""
create table products as
select
    product,
    printf('%05d', 20000 + product)
    || case when product % 5 = 0 then chr(cast(65 + product % 7 as integer)) else '' end as stock_code,
    ['RED', 'BLUE', 'GREEN', 'WHITE', 'PINK', 'BLACK', 'IVORY', 'SILVER', 'STRIPED', 'SPOTTED'][
        1 + product % 10
    ]
    || ' ' || ['GLASS', 'WOODEN', 'PAPER', 'TIN', 'FELT', 'WOOL', 'ENAMEL', 'WICKER'][1 + product // 10 % 8]
    || ' ' || ['LANTERN', 'BASKET', 'MUG', 'CARD', 'CANDLE', 'CLOCK', 'FRAME', 'BAG', 'BOWL', 'GARLAND'][
        1 + product // 80 % 10
    ]
    || ' No. ' || product // 800 as description,
    25 + draw(hash(product), 0, 1000) * draw(hash(product), 16, 1000) // 500 as pence
from range({PRODUCTS}) as numbers(product);
"""

# Where each line of a block belongs: place of its invoice, and whether it is the first line of it.
PLACE_TABLE = """
create table places as
select
    row_number() over (order by invoice_place, line) - 1 as line_place,
    invoice_place,
    line = 1 as is_first_line
from (select unnest($sizes) as size, generate_subscripts($sizes, 1) - 1 as invoice_place)
cross join lateral (select unnest(range(1, size + 1)) as line);
"""

# The Online Retail headers, in the types of a shop's database. `source_line` is the line that a line repeats
# or returns, itself otherwise; what was sold, to whom and at what price is a function of it.
INVOICES = """
copy (
    with

    numbered as (
        select
            line,
            line // {lines_per_block} as block,
            places.invoice_place,
            -- An exact copy of the line before it, on the same invoice.
            not places.is_first_line and draw(hash(line, 'copy'), 0, 60) = 0 as is_copy
        from range({n_lines}) as numbers(line)
        inner join places
            on line % {lines_per_block} = places.line_place
    ),

    placed as (
        select
            line - case when is_copy then 1 else 0 end as own_line,
            block,
            invoice_place,
            block * {invoices_per_block} + invoice_place as invoice,
            invoice_place = 0 and block > 0 as is_return,
            hash(block, 'returned') as returned_hash
        from numbered
    ),

    sourced as (
        select
            *,
            -- Any line but the return of one of the 500 blocks before.
            case
                when is_return
                    then
                        (block - 1 - draw(returned_hash, 0, least(block, 500))) * {lines_per_block}
                        + 1 + draw(returned_hash, 16, {lines_per_block} - 1)
                else own_line
            end as source_line
        from placed
    ),

    buying as (
        select
            sourced.* exclude (block, invoice_place),
            source_line // {lines_per_block} as block,
            places.invoice_place,
            hash(source_line, 'line') as line_hash,
            hash(source_line // {lines_per_block}, places.invoice_place) as invoice_hash
        from sourced
        inner join places
            on sourced.source_line % {lines_per_block} = places.line_place
    ),

    shares as (
        select
            *,
            draw(invoice_hash, 0, 16777216) / 16777216.0 as customer_share,
            draw(line_hash, 0, 65536) / 65536.0 as product_share,
            draw(line_hash, 16, 1000) as oddity,
            case
                when list_contains({guest_places}, invoice_place) then null
                when list_contains({new_customer_places}, invoice_place)
                    then
                        block * {customers_per_block}
                        + list_position({new_customer_places}, invoice_place) - 1
                -- Cubed, so that the oldest customers order most.
                else cast(
                    floor(
                        customer_share * customer_share * customer_share
                        * (block + 1) * {customers_per_block}
                    ) as bigint
                )
            end as customer
        from buying
    ),

    sold as (
        select
            *,
            cast(floor(product_share * product_share * {n_products}) as bigint) as product,
            [1, 1, 1, 2, 2, 3, 4, 4, 6, 6, 8, 10, 12, 12, 24, 48][1 + draw(line_hash, 32, 16)]
            * case when draw(line_hash, 36, 5000) = 0 then 100 else 1 end as sold_quantity
        from shares
    )

    select
        case
            when is_return then 'C'
            when oddity = 0 and customer is null then 'A'
            else ''
        end || (536365 + invoice) as InvoiceNo,
        case
            when oddity = 0 and customer is null then 'B'
            when oddity between 1 and 8 then 'POST'
            when oddity = 9 then 'M'
            when oddity = 10 and not is_return then 'D'
            else products.stock_code
        end as StockCode,
        case
            when oddity = 0 and customer is null then 'Adjust bad debt'
            when oddity between 1 and 8 then 'POSTAGE'
            when oddity = 9 then 'Manual'
            when oddity = 10 and not is_return then 'Discount'
            when oddity between 11 and 13 then null
            else products.description
        end as Description,
        cast(
            case
                -- Half of the returns bring back the whole line, half of them a part.
                when is_return and draw(returned_hash, 40, 2) = 0 then -sold_quantity
                when is_return then -(1 + draw(returned_hash, 24, sold_quantity))
                when oddity = 0 and customer is null then 1
                when oddity = 10 then -1
                when oddity between 14 and 15 and customer is null then -sold_quantity
                when oddity = 16 then 0
                else sold_quantity
            end as integer
        ) as Quantity,
        timestamp '2022-01-01 00:00:00' + to_minutes(invoice * 1052640 // {n_invoices}) as InvoiceDate,
        case
            when oddity between 14 and 15 and customer is null then 0
            when oddity between 17 and 18 and customer is not null then 0
            else products.pence
        end / 100.0 as UnitPrice,
        -- Some returns name another customer, who never bought it: these find no sale.
        10000 + case when is_return and draw(returned_hash, 48, 8) = 0 then customer // 2 else customer end
            as CustomerID,
        case
            when customer is null or customer % 10 > 0 then 'United Kingdom'
            -- One in 50 invoices of customers abroad is sent to a second country.
            when draw(invoice_hash, 32, 50) = 0 then 'Belgium'
            else ['Germany', 'France', 'Ireland', 'Spain', 'Netherlands', 'Norway', 'Japan'][
                1 + customer // 10 % 7
            ]
        end as Country
    from sold
    inner join products
        on sold.product = products.product
) to '{path}' (format parquet, compression zstd);
"""


def n_customers_of(n_lines: int) -> int:
    """How many customers open an account in the first `n_lines` lines."""
    return n_lines // LINES_PER_BLOCK * CUSTOMERS_PER_BLOCK


def write_invoices(path: Path, n_lines: int, *, n_threads: int | None = None) -> None:
    """Write `n_lines` invoice lines to the Parquet file `path`, whose folder exists.

    The file appears only when it is whole. `n_threads` limits DuckDB, which otherwise uses every core.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        if n_threads is not None:
            connection.execute(f"set threads = {n_threads}")
        connection.execute(DRAW_MACRO)
        connection.execute(PRODUCT_TABLE)
        connection.execute(PLACE_TABLE, {"sizes": list(INVOICE_SIZES)})
        connection.execute(
            INVOICES.format(
                n_lines=n_lines,
                lines_per_block=LINES_PER_BLOCK,
                customers_per_block=CUSTOMERS_PER_BLOCK,
                invoices_per_block=len(INVOICE_SIZES),
                n_invoices=n_lines // LINES_PER_BLOCK * len(INVOICE_SIZES) + len(INVOICE_SIZES),
                guest_places=list(GUEST_PLACES),
                new_customer_places=list(NEW_CUSTOMER_PLACES),
                n_products=PRODUCTS,
                path=str(unfinished).replace("'", "''"),
            )
        )
    unfinished.replace(path)


def write_next_day(invoices: Path, path: Path) -> None:
    """Write one more day for a file of `write_invoices`: the lines of its last day under other numbers."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        relation = f"read_parquet({quoted_literal(str(invoices))})"
        connection.execute(
            f"""
            copy (
                select * replace (
                    regexp_replace(InvoiceNo, '^([A-Z]?)', '\\1N') as InvoiceNo,
                    InvoiceDate + interval 1 day as InvoiceDate
                )
                from {relation}
                where InvoiceDate >= (select cast(max(InvoiceDate) as date) from {relation})
            )
            to {quoted_literal(str(path))} (format parquet)
            """
        )


def write_csv(invoices: Path, path: Path) -> None:
    """Write the lines of a file of `write_invoices` as CSV with a header, in their order."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        # Under its name when it is whole.
        unfinished = path.with_suffix(".unfinished")
        source, target = (quoted_literal(str(each)) for each in (invoices, unfinished))
        connection.execute(f"copy (from {source}) to {target} (format csv, header)")
        unfinished.rename(path)
