with

{{ classified_revenue('int_product_revenue', 'int_product_tiers', 'int_product_segment_sales', 'product_code') }},

descriptions as (
    select * from {{ ref('int_product_descriptions') }}
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
        classified.product_code,
        descriptions.description,

        -- facts
        classified.revenue,
        classified.n_orders,
        classified.n_customers,
        classified.avg_order_value,
        classified.return_rate,

        -- where it stands
        classified.revenue_rank,
        classified.share_of_revenue,
        classified.cumulative_share_of_revenue,
        classified.abc_class,
        classified.tier,
        segment_mix.segment_mix,
        lifts.segment_name as segment_of_highest_lift,
        lifts.lift as highest_lift
    from classified
    left join segment_mix
        on classified.product_code = segment_mix.product_code
    left join descriptions
        on classified.product_code = descriptions.product_code
    left join lifts
        on
            classified.product_code = lifts.product_code
            and lifts.lift_rank = 1
)

select * from product_segments
