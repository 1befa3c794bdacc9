-- The last date decides recency: one line dated far after all others is likely to be mistyped.
{{ config(severity='warn') }}

with

-- Days of sales and returns are there already; the other lines that count are few.
dates as (
    select invoice_date
    from {{ ref('int_country_days') }}
    union
    select invoice_date
    from {{ ref('invoice_lines') }}
    where line_type in ('charge', 'discount')
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
