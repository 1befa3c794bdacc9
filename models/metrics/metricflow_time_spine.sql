with

lines as (
    select * from {{ ref('invoice_lines') }}
),

-- One row, with nulls where there are no invoices; range() of these has no day.
period as (
    select
        min(invoice_date) as first_date,
        max(invoice_date) as last_date
    from lines
),

spine as (
    select {{ days_from_to('first_date', 'last_date') }} as date_day
    from period
)

select * from spine
