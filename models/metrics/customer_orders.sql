with

lines as (
    select * from {{ ref('int_customer_lines') }}
),

segments as (
    select * from {{ ref('customer_segments') }}
),

customers as (
    select * from {{ ref('customer_rfm') }}
),

totals as (
    select sum(monetary) as monetary
    from customers
),

orders as (
    select
        customer_id,
        invoice_number,
        min(invoice_date) as order_date,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(returned_amount) as decimal(18, 2)) as returned_amount,
        cast(sum(kept_amount) as decimal(18, 2)) as kept_amount
    from lines
    group by customer_id, invoice_number
),

customer_orders as (
    select
        orders.customer_id || ' ' || orders.invoice_number as order_id,
        orders.customer_id,
        orders.invoice_number,
        orders.order_date,
        segments.segment_name,
        customers.country,
        orders.gross_amount,
        orders.returned_amount,
        orders.kept_amount,
        case when orders.kept_amount > 0 then 1 else 0 end as kept_orders,
        cast(orders.kept_amount as double) / cast(totals.monetary as double) as share_of_revenue
    from orders
    inner join segments
        on orders.customer_id = segments.customer_id
    inner join customers
        on orders.customer_id = customers.customer_id
    cross join totals
)

select * from customer_orders
