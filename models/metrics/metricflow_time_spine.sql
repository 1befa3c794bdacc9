with

amounts as (
    select * from {{ ref('int_order_amounts') }}
),

-- One row, with nulls where there are no invoices; range() of these has no day.
period as (
    select
        min(first_date) as first_date,
        max(last_date) as last_date
    from amounts
),

spine as (
    select {{ days_from_to('first_date', 'last_date') }} as date_day
    from period
)

select * from spine
