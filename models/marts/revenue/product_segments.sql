with

{{ classified_revenue('int_product_revenue', 'int_product_tiers', 'product_code') }},

-- Descriptions change and some are stock notes: the one on most sales is the product's.
descriptions as (
    select
        coalesce(product_code, 'Unspecified') as product_code,
        description,
        row_number() over (
            partition by coalesce(product_code, 'Unspecified')
            order by count(*) desc, description
        ) as description_rank
    from {{ ref('invoice_lines') }}
    where line_type = 'sale' and description is not null
    group by coalesce(product_code, 'Unspecified'), description
),

profiles as (
    select * from {{ ref('segment_profiles') }}
),

buyers as (
    select
        product_code,
        sum(n_buyers) as n_buyers
    from segment_amounts
    group by product_code
),

-- Lift: how much likelier a buyer of the product is in the segment than a customer is.
-- Below 10 buyers it says nothing.
lifts as (
    select
        segment_amounts.product_code,
        segment_amounts.segment_name,
        (segment_amounts.n_buyers / cast(buyers.n_buyers as double)) / profiles.share_of_customers as lift,
        row_number() over (
            partition by segment_amounts.product_code
            order by
                (segment_amounts.n_buyers / cast(buyers.n_buyers as double)) / profiles.share_of_customers desc,
                segment_amounts.segment_id
        ) as lift_rank
    from segment_amounts
    inner join buyers
        on segment_amounts.product_code = buyers.product_code
    inner join profiles
        on segment_amounts.segment_id = profiles.segment_id
    where buyers.n_buyers >= 10
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
        on
            classified.product_code = descriptions.product_code
            and descriptions.description_rank = 1
    left join lifts
        on
            classified.product_code = lifts.product_code
            and lifts.lift_rank = 1
)

select * from product_segments
