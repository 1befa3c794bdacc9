with

lines as (
    select * from {{ ref('invoice_lines') }}
),

as_of_date as (
    select
        coalesce(
            {{ as_of_date_literal() }},
            cast(max(invoice_date) + interval 1 day as date)
        ) as as_of_date
    from lines
)

select * from as_of_date
