with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is null
),

customer_products as (
    select
        customer_id,
        coalesce(product_code, 'Unspecified') as product_code,
        cast(sum(case when line_type = 'sale' then line_amount end) as decimal(18, 2)) as sold_amount,
        cast(-sum(case when line_type = 'return' then line_amount end) as decimal(18, 2)) as sent_back_amount,
        max(case when kept_amount > 0 and product_code is not null then 1 else 0 end) = 1 as is_kept
    from lines
    group by customer_id, coalesce(product_code, 'Unspecified')
)

select * from customer_products
