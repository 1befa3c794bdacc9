-- Where the first half of the ledger ends, invoice_lines stands. Invoices and customers are counted in
-- int_invoice_fates, which meets invoice_lines line by line in a test of its own.
with

ledger as (
    select
        min(lines_after) as lines_after,
        min(invoices_after) as invoices_after,
        min(customers_after) as customers_after
    from {{ ref('cleaning_ledger') }}
    where part = 'lines'
),

last_row as (
    select value_after
    from {{ ref('cleaning_ledger') }}
    where rule = 'free_goods'
),

lines as (
    select
        count(*) as n_lines,
        coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('invoice_lines') }}
),

fates as (
    select
        count(distinct invoice_number) as n_invoices,
        count(distinct customer_id) as n_customers
    from {{ ref('int_invoice_fates') }}
    where first_date is not null
)

select
    ledger.lines_after,
    ledger.invoices_after,
    ledger.customers_after,
    last_row.value_after,
    lines.n_lines,
    fates.n_invoices,
    fates.n_customers,
    lines.line_amount
from ledger
cross join last_row
cross join lines
cross join fates
where
    ledger.lines_after <> lines.n_lines
    or ledger.invoices_after <> fates.n_invoices
    or ledger.customers_after <> fates.n_customers
    or last_row.value_after <> lines.line_amount
