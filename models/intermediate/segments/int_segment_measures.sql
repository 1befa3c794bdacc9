with

customers as (
    select
        customer_segments.segment_id,
        customer_rfm.*,
        -- Between consecutive orders, on average: all of them lie between the first and the last.
        case
            when customer_rfm.frequency >= 2 then
                {{ dbt.datediff('customer_rfm.first_order_date', 'customer_rfm.last_order_date', 'day') }}
                / cast(customer_rfm.frequency - 1 as double)
        end as days_between_orders,
        -- Customer records do not say what was returned.
        case when customer_rfm.first_order_date is not null then customer_rfm.gross_monetary end as sold_amount
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_rfm') }} as customer_rfm
        on customer_segments.customer_id = customer_rfm.customer_id
),

segment_measures as (
    select
        segment_id,
        count(*) as n_customers,
        sum(count(*)) over () as n_customers_overall,
        cast(sum(monetary) as decimal(18, 2)) as revenue,
        sum(sum(monetary)) over () as revenue_overall,
        sum(frequency) as n_orders,
        avg(recency_days) as mean_recency_days,
        avg(frequency) as mean_frequency,
        {%- for measure in ['recency_days', 'frequency', 'monetary'] %}
        percentile_disc(0.25) within group (order by {{ measure }}) as lower_quartile_{{ measure }},
        {{ median_amount(measure) if measure == 'monetary' else 'median(' ~ measure ~ ')' }} as median_{{ measure }},
        percentile_disc(0.75) within group (order by {{ measure }}) as upper_quartile_{{ measure }},
        {%- endfor %}
        sum(case when is_outlier then 1 else 0 end) as n_outliers,
        cast(sum(returned_monetary) as double) / cast(sum(sold_amount) as double) as return_rate,
        -- Of decimals, whose sum is the same in any order.
        cast(avg(cast(days_between_orders as decimal(18, 6))) as double) as mean_days_between_orders,
        median(days_between_orders) as median_days_between_orders
    from customers
    group by segment_id
)

select * from segment_measures
