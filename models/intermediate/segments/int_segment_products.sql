with

customer_products as (
    select * from {{ ref('int_customer_products') }}
    where sold_amount is not null
),

segments as (
    select * from {{ ref('customer_segments') }}
),

segment_products as (
    select
        customer_products.product_code,
        segments.segment_id,
        segments.segment_name,
        count(*) as n_buyers,
        cast(sum(customer_products.sold_amount) as decimal(18, 2)) as sold_amount
    from customer_products
    inner join segments
        on customer_products.customer_id = segments.customer_id
    group by customer_products.product_code, segments.segment_id, segments.segment_name
)

select * from segment_products
