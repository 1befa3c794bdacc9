with

segments as (
    select * from {{ ref('int_current_segments') }}
),

customers as (
    select
        customer_segments.segment_id,
        customer_rfm.*
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_rfm') }} as customer_rfm
        on customer_segments.customer_id = customer_rfm.customer_id
),

playbook as (
    select * from {{ ref('segment_playbook') }}
),

totals as (
    select
        count(*) as n_customers,
        sum(monetary) as monetary
    from customers
),

countries as (
    select
        segment_id,
        country,
        row_number() over (partition by segment_id order by count(*) desc, country) as country_rank
    from customers
    where country is not null
    group by segment_id, country
),

measured as (
    select
        segment_id,
        count(*) as n_customers,
        cast(sum(monetary) as decimal(18, 2)) as revenue,
        sum(frequency) as n_orders,
        {%- for measure in ['recency_days', 'frequency', 'monetary'] %}
        avg({{ measure }}) as mean_{{ measure }},
        quantile_disc({{ measure }}, 0.25) as lower_quartile_{{ measure }},
        median({{ measure }}) as median_{{ measure }},
        quantile_disc({{ measure }}, 0.75) as upper_quartile_{{ measure }},
        {%- endfor %}
        sum(case when is_outlier then 1 else 0 end) as n_outliers
    from customers
    group by segment_id
),

segment_profiles as (
    select
        -- identifiers
        segments.segment_id,
        segments.segment_key,
        segments.segment_name,
        segments.value_rank,
        segments.model_version,

        -- size
        cast(coalesce(measured.n_customers, 0) as bigint) as n_customers,
        coalesce(measured.n_customers, 0) / cast(totals.n_customers as double) as share_of_customers,
        coalesce(measured.revenue, 0.00) as revenue,
        coalesce(cast(measured.revenue as double) / cast(totals.monetary as double), 0) as share_of_revenue,
        cast(coalesce(measured.n_orders, 0) as bigint) as n_orders,
        cast(coalesce(measured.n_outliers, 0) as bigint) as n_outliers,

        -- measures
        {%- for measure in ['recency_days', 'frequency'] %}
        measured.mean_{{ measure }},
        cast(measured.lower_quartile_{{ measure }} as bigint) as lower_quartile_{{ measure }},
        measured.median_{{ measure }},
        cast(measured.upper_quartile_{{ measure }} as bigint) as upper_quartile_{{ measure }},
        {%- endfor %}
        {{ divided_amount('measured.revenue', 'measured.n_customers') }} as mean_monetary,
        cast(measured.lower_quartile_monetary as decimal(18, 2)) as lower_quartile_monetary,
        cast(measured.median_monetary as decimal(18, 2)) as median_monetary,
        cast(measured.upper_quartile_monetary as decimal(18, 2)) as upper_quartile_monetary,
        {{ divided_amount('measured.revenue', 'measured.n_orders') }} as avg_order_value,
        countries.country as top_country,

        -- what to do
        playbook.description,
        coalesce(playbook.recommended_action, 'Review this segment before acting on it.') as recommended_action,
        playbook.what_to_avoid,
        playbook.what_to_measure
    from segments
    cross join totals
    left join measured
        on segments.segment_id = measured.segment_id
    left join countries
        on
            segments.segment_id = countries.segment_id
            and countries.country_rank = 1
    left join playbook
        on segments.segment_key = playbook.segment_key
)

select * from segment_profiles
