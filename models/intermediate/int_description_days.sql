{{ config(meta={'unit': 'invoice_date'}) }}

with

lines as (
    select * from {{ lines_of_changes(ref('invoice_lines')) }}
    where
        line_type = 'sale'
        and description is not null
        and {{ is_of_changed('invoice_date') }}
),

description_days as (
    select
        coalesce(product_code, 'Unspecified') as product_code,
        description,
        invoice_date,
        count(*) as n_sales
    from lines
    group by coalesce(product_code, 'Unspecified'), description, invoice_date
)

select * from description_days
