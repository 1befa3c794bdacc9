with

revenue_classes as (
    select * from {{ ref('int_revenue_classes') }}
    where dimension = 'country'
),

country_segments as (
    select
        -- identifiers
        revenue_key as country,

        -- facts
        revenue,
        n_orders,
        n_customers,
        avg_order_value,
        return_rate,

        -- where it stands
        revenue_rank,
        share_of_revenue,
        cumulative_share_of_revenue,
        abc_class,
        tier,
        segment_mix
    from revenue_classes
)

select * from country_segments
