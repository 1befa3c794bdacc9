-- The last row of the ledger is the sum of customer_rfm.monetary and its number of customers.
-- Customer records replace the invoices, so there is nothing to compare then.
with

last_row as (
    select * from {{ ref('cleaning_ledger') }}
    order by rule_number desc
    limit 1
),

customers as (
    select
        count(*) as n_customers,
        coalesce(sum(monetary), 0) as monetary
    from {{ ref('customer_rfm') }}
)

select
    last_row.customers_after,
    last_row.value_after,
    customers.n_customers,
    customers.monetary
from last_row
cross join customers
where
    {{ 'false' if var('customer_records') else 'true' }}
    and (last_row.customers_after <> customers.n_customers or last_row.value_after <> customers.monetary)
