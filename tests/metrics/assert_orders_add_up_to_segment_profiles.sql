-- The metrics rest on orders that add up to the segments' revenue, and to their number of orders.
with

orders as (
    select
        segment_name,
        count(*) as n_rows,
        sum(kept_amount) as revenue,
        sum(kept_orders) as n_orders
    from {{ ref('customer_orders') }}
    group by segment_name
),

profiles as (
    select * from {{ ref('segment_profiles') }}
),

has_invoices as (
    select coalesce(sum(n_rows), 0) as n_orders
    from orders
)

select
    profiles.segment_name,
    profiles.revenue,
    orders.revenue as revenue_of_orders,
    profiles.n_orders,
    orders.n_orders as kept_orders
from profiles
cross join has_invoices
left join orders
    on profiles.segment_name = orders.segment_name
where
    has_invoices.n_orders > 0
    and profiles.n_customers > 0
    and (orders.revenue is distinct from profiles.revenue or orders.n_orders is distinct from profiles.n_orders)
