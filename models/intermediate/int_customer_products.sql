{{ config(meta={'unit': 'customer_id'}) }}

with

lines as (
    select * from {{ lines_of_changes(ref('int_customer_lines')) }}
    where {{ is_of_changed('customer_id') }}
),

customer_products as (
    select
        customer_id,
        coalesce(product_code, 'Unspecified') as product_code,
        {{ bought_amounts() }},
        max(case when kept_amount > 0 and product_code is not null then 1 else 0 end) = 1 as is_kept
    from lines
    group by customer_id, coalesce(product_code, 'Unspecified')
)

select * from customer_products
