-- The first row of the ledger holds every record of every file, counted from staging.
with

ledger as (
    select * from {{ ref('cleaning_ledger') }}
    where rule_number = 1
),

input as (
    select
        count(*) as n_lines,
        count(distinct invoice_number) as n_invoices,
        count(distinct customer_id) as n_customers
    from {{ ref('stg_invoice_lines') }}
),

classified as (
    select coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('int_invoice_lines_classified') }}
)

select
    ledger.lines_before,
    ledger.invoices_before,
    ledger.customers_before,
    ledger.value_before,
    input.n_lines,
    input.n_invoices,
    input.n_customers,
    classified.line_amount
from ledger
cross join input
cross join classified
where
    ledger.lines_before <> input.n_lines
    or ledger.invoices_before <> input.n_invoices
    or ledger.customers_before <> input.n_customers
    or ledger.value_before <> classified.line_amount
