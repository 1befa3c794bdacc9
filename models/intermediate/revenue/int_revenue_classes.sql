with

revenue as (
    select * from {{ ref('int_revenue') }}
),

tiers as (
    select * from {{ ref('int_revenue_tiers') }}
),

segment_mix as (
    select * from {{ ref('int_segment_mix') }}
),

-- Shares are of the positive revenue, so that they add up to 1 where a key only has returns.
running as (
    select
        *,
        cast(row_number() over (partition by dimension order by revenue desc, revenue_key) as integer) as revenue_rank,
        greatest(revenue, 0.00) as positive_revenue,
        sum(greatest(revenue, 0.00)) over (partition by dimension) as total_revenue,
        sum(greatest(revenue, 0.00)) over (
            partition by dimension
            order by revenue desc, revenue_key
            rows between unbounded preceding and current row
        ) as cumulative_revenue
    from revenue
),

revenue_classes as (
    select
        running.dimension,
        running.revenue_key,
        running.revenue,
        running.n_orders,
        running.n_customers,
        running.avg_order_value,
        running.return_rate,
        running.revenue_rank,
        case
            when running.total_revenue > 0
                then cast(running.positive_revenue as double) / cast(running.total_revenue as double)
        end as share_of_revenue,
        case
            when running.total_revenue > 0
                then cast(running.cumulative_revenue as double) / cast(running.total_revenue as double)
        end as cumulative_share_of_revenue,
        -- The first that reaches 80 % is still A, the first that reaches 95 % still B.
        case
            when running.cumulative_revenue - running.positive_revenue < 0.8 * running.total_revenue then 'A'
            when running.cumulative_revenue - running.positive_revenue < 0.95 * running.total_revenue then 'B'
            else 'C'
        end as abc_class,
        tiers.tier,
        segment_mix.segment_mix
    from running
    inner join tiers
        on
            running.dimension = tiers.dimension
            and running.revenue_key = tiers.revenue_key
    left join segment_mix
        on
            running.dimension = segment_mix.dimension
            and running.revenue_key = segment_mix.revenue_key
)

select * from revenue_classes
