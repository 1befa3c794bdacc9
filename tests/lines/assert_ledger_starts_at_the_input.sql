-- The first row of the ledger holds every record of every file, counted from staging. Invoices and customers are
-- counted in int_invoice_fates, which meets staging line by line in a test of its own.
with

ledger as (
    select * from {{ ref('cleaning_ledger') }}
    where rule_number = 1
),

input as (
    select
        count(*) as n_lines,
        coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('base_invoice_lines') }}
),

fates as (
    select
        count(distinct invoice_number) as n_invoices,
        count(distinct customer_id) as n_customers
    from {{ ref('int_invoice_fates') }}
)

select
    ledger.lines_before,
    ledger.invoices_before,
    ledger.customers_before,
    ledger.value_before,
    input.n_lines,
    fates.n_invoices,
    fates.n_customers,
    input.line_amount
from ledger
cross join input
cross join fates
where
    ledger.lines_before <> input.n_lines
    or ledger.invoices_before <> fates.n_invoices
    or ledger.customers_before <> fates.n_customers
    or ledger.value_before <> input.line_amount
