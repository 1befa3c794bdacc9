-- The last date decides recency: one line dated far after all others is likely to be mistyped.
{{ config(severity='warn') }}

with

dates as (
    select first_date as invoice_date
    from {{ ref('int_order_amounts') }}
    where first_date is not null
    union
    select last_date as invoice_date
    from {{ ref('int_order_amounts') }}
    where last_date is not null
),

numbered as (
    select
        invoice_date,
        lag(invoice_date) over (order by invoice_date) as previous_date,
        row_number() over (order by invoice_date desc) as days_from_last
    from dates
)

select
    invoice_date,
    previous_date
from numbered
where
    days_from_last = 1
    and {{ dbt.datediff('previous_date', 'invoice_date', 'day') }} > 31
