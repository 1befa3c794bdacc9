with

orders as (
    select * from {{ ref('customer_orders') }}
),

spine as (
    select cast(unnest(range(min(order_date), max(order_date) + interval 1 day, interval 1 day)) as date) as date_day
    from orders
)

select * from spine
