with

fates as (
    select * from {{ ref('int_invoice_fates') }}
),

as_of_date as (
    select
        coalesce(
            {{ as_of_date_literal() }},
            cast(max(last_date) + interval 1 day as date)
        ) as as_of_date
    from fates
)

select * from as_of_date
