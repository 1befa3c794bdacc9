with

orders as (
    select * from {{ ref('int_customer_orders') }}
),

segments as (
    select * from {{ ref('customer_segments') }}
),

customers as (
    select * from {{ ref('customer_rfm') }}
),

totals as (
    select cast(sum(monetary) as decimal(18, 2)) as revenue
    from customers
),

customer_orders as (
    select
        -- identifiers
        orders.customer_id,
        orders.invoice_number,

        -- dimensions
        orders.order_date,
        segments.segment_id,
        segments.segment_name,
        customers.country,

        -- facts
        orders.gross_amount,
        orders.returned_amount,
        orders.kept_amount,
        case when orders.kept_amount > 0 then 1 else 0 end as kept_orders,
        totals.revenue as revenue_overall
    from orders
    inner join segments
        on orders.customer_id = segments.customer_id
    inner join customers
        on orders.customer_id = customers.customer_id
    cross join totals
)

select * from customer_orders
