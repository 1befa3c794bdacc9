-- Segments together hold every customer and every penny; their shares add up to 1.
with

profiles as (
    select
        coalesce(sum(n_customers), 0) as n_customers,
        coalesce(sum(revenue), 0) as revenue,
        sum(share_of_customers) as share_of_customers,
        sum(share_of_revenue) as share_of_revenue
    from {{ ref('segment_profiles') }}
),

customers as (
    select
        count(*) as n_customers,
        coalesce(sum(monetary), 0) as revenue
    from {{ ref('customer_rfm') }}
)

select
    profiles.*,
    customers.n_customers as n_customers_expected,
    customers.revenue as revenue_expected
from profiles
cross join customers
where
    profiles.n_customers <> customers.n_customers
    or profiles.revenue <> customers.revenue
    or abs(profiles.share_of_customers - 1) > 1e-9
    or (customers.revenue > 0 and abs(profiles.share_of_revenue - 1) > 1e-9)
