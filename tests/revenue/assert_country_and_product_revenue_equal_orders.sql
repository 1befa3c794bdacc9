-- Countries and products, which are counted from different tables, add up to the same sales plus returns.
with

expected as (
    select coalesce(sum(line_amount), 0) as revenue
    from {{ ref('int_order_amounts') }}
    where first_date is not null and line_type in ('sale', 'return')
),

countries as (
    select coalesce(sum(revenue), 0) as revenue
    from {{ ref('country_segments') }}
),

products as (
    select coalesce(sum(revenue), 0) as revenue
    from {{ ref('product_segments') }}
)

select
    expected.revenue as expected_revenue,
    countries.revenue as country_revenue,
    products.revenue as product_revenue
from expected
cross join countries
cross join products
where expected.revenue <> countries.revenue or expected.revenue <> products.revenue
