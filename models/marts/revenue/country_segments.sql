with

{{ classified_revenue('int_country_revenue', 'int_country_tiers', 'int_country_segment_sales', 'country') }},

country_segments as (
    select
        -- identifiers
        classified.country,

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
        segment_mix.segment_mix
    from classified
    left join segment_mix
        on classified.country = segment_mix.country
)

select * from country_segments
