-- The ledger starts at every record that the reader found, and where its first half ends the lines that count stand,
-- with their invoices, customers and money.
with

ledger as (
    select
        max(case when rule_number = 1 then lines_before end) as lines_before,
        max(case when rule = 'free_goods' then lines_after end) as lines_after,
        max(case when rule = 'free_goods' then invoices_after end) as invoices_after,
        max(case when rule = 'free_goods' then customers_after end) as customers_after,
        max(case when rule = 'free_goods' then value_after end) as value_after
    from {{ ref('cleaning_ledger') }}
),

files as (
    select coalesce(sum(n_records), 0) as n_records
    from {{ ref('stg_input_files') }}
),

counted as (
    select
        coalesce(sum(n_lines), 0) as n_lines,
        count(distinct invoice_number) as n_invoices,
        count(distinct customer_id) as n_customers,
        coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('int_order_amounts') }}
    where first_date is not null
)

select
    ledger.*,
    files.n_records,
    counted.n_lines,
    counted.n_invoices,
    counted.n_customers,
    counted.line_amount
from ledger
cross join files
cross join counted
where
    ledger.lines_before <> files.n_records
    or ledger.lines_after <> counted.n_lines
    or ledger.invoices_after <> counted.n_invoices
    or ledger.customers_after <> counted.n_customers
    or ledger.value_after <> counted.line_amount
