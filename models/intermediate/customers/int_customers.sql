{#- Customers from invoices, or from the var `customer_records`, which wins: one of the two is empty. -#}
with

from_invoices as (
    select * from {{ ref('int_customer_measures') }}
),

records as (
    select * from {{ ref('int_customer_records_classified') }}
    where rejection_reason is null
),

imputed as (
    select * from {{ ref('int_customer_records_imputed') }}
),

-- Amounts that are known stay the decimals they came as; only imputed ones come from Python. The columns are those of
-- int_customer_measures, in its order.
from_records as (
    select
        records.customer_id,
        {{ as_of_date_literal() }} as as_of_date,
        cast(null as date) as first_order_date,
        cast(null as date) as last_order_date,
        cast(round(coalesce(records.recency_days, imputed.recency_days), 0) as bigint) as recency_days,
        cast(round(coalesce(records.frequency, imputed.frequency), 0) as bigint) as frequency,
        coalesce(records.monetary, cast(round(imputed.monetary, 2) as decimal(18, 2))) as monetary,
        coalesce(records.monetary, cast(round(imputed.monetary, 2) as decimal(18, 2))) as gross_monetary,
        cast(0 as decimal(18, 2)) as returned_monetary,
        cast(null as bigint) as tenure_days,
        cast(null as bigint) as n_products,
        cast(null as string) as country,
        false as is_multi_country,
        records.recency_days is null as recency_days_imputed,
        records.frequency is null as frequency_imputed,
        records.monetary is null as monetary_imputed
    from records
    inner join imputed
        on records.customer_id = imputed.customer_id
),

customers as (
    select * from from_invoices
    union all
    select * from from_records
)

select * from customers
