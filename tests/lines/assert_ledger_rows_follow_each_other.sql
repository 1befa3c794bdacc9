-- Each rule starts where the one before it ended, and takes away what it says, in every measure.
with

ledger as (
    select
        *,
        lag(lines_after) over (order by rule_number) as previous_lines_after,
        lag(invoices_after) over (order by rule_number) as previous_invoices_after,
        lag(customers_after) over (order by rule_number) as previous_customers_after,
        lag(value_after) over (order by rule_number) as previous_value_after
    from {{ ref('cleaning_ledger') }}
)

select *
from ledger
where
    lines_before <> coalesce(previous_lines_after, lines_before)
    or invoices_before <> coalesce(previous_invoices_after, invoices_before)
    or customers_before <> coalesce(previous_customers_after, customers_before)
    or value_before <> coalesce(previous_value_after, value_before)
    or lines_before - lines_removed <> lines_after
    or invoices_before - invoices_removed <> invoices_after
    or customers_before - customers_removed <> customers_after
    or value_before - value_removed <> value_after
