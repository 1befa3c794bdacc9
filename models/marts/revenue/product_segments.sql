with

revenue_classes as (
    select * from {{ ref('int_revenue_classes') }}
    where dimension = 'product'
),

products as (
    select * from {{ ref('int_products') }}
),

-- Below 10 buyers a lift says nothing.
lifts as (
    select
        trait_key as product_code,
        segment_name,
        lift,
        row_number() over (partition by trait_key order by lift desc, segment_id) as lift_rank
    from {{ ref('int_segment_lifts') }}
    where trait = 'product' and n_customers_overall >= 10
),

product_segments as (
    select
        -- identifiers
        revenue_classes.revenue_key as product_code,
        products.description,

        -- facts
        revenue_classes.revenue,
        revenue_classes.n_orders,
        revenue_classes.n_customers,
        revenue_classes.avg_order_value,
        revenue_classes.return_rate,

        -- where it stands
        revenue_classes.revenue_rank,
        revenue_classes.share_of_revenue,
        revenue_classes.cumulative_share_of_revenue,
        revenue_classes.abc_class,
        revenue_classes.tier,
        revenue_classes.segment_mix,
        lifts.segment_name as segment_of_highest_lift,
        lifts.lift as highest_lift
    from revenue_classes
    left join products
        on revenue_classes.revenue_key = products.product_code
    left join lifts
        on
            revenue_classes.revenue_key = lifts.product_code
            and lifts.lift_rank = 1
)

select * from product_segments
