with

segments as (
    select * from {{ ref('int_current_segments') }}
),

measures as (
    select * from {{ ref('int_segment_measures') }}
),

traits as (
    select * from {{ ref('int_segment_traits') }}
),

rules as (
    select * from {{ ref('int_segment_rules') }}
),

playbook as (
    select * from {{ ref('segment_playbook') }}
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
        cast(coalesce(measures.n_customers, 0) as bigint) as n_customers,
        coalesce(measures.n_customers / cast(measures.n_customers_overall as double), 0) as share_of_customers,
        coalesce(measures.revenue, 0.00) as revenue,
        coalesce(cast(measures.revenue as double) / cast(measures.revenue_overall as double), 0) as share_of_revenue,
        cast(coalesce(measures.n_orders, 0) as bigint) as n_orders,
        cast(coalesce(measures.n_outliers, 0) as bigint) as n_outliers,

        -- measures
        {%- for measure in ['recency_days', 'frequency'] %}
        measures.mean_{{ measure }},
        cast(measures.lower_quartile_{{ measure }} as bigint) as lower_quartile_{{ measure }},
        measures.median_{{ measure }},
        cast(measures.upper_quartile_{{ measure }} as bigint) as upper_quartile_{{ measure }},
        {%- endfor %}
        {{ divided_amount('measures.revenue', 'measures.n_customers') }} as mean_monetary,
        cast(measures.lower_quartile_monetary as decimal(18, 2)) as lower_quartile_monetary,
        cast(measures.median_monetary as decimal(18, 2)) as median_monetary,
        cast(measures.upper_quartile_monetary as decimal(18, 2)) as upper_quartile_monetary,
        {{ divided_amount('measures.revenue', 'measures.n_orders') }} as avg_order_value,
        measures.return_rate,
        measures.mean_days_between_orders,
        measures.median_days_between_orders,

        -- what sets them apart
        traits.top_country,
        traits.top_countries,
        traits.top_products,
        {{ rule_in_words('rules.rules') }} as rule,
        rules.rules_fidelity as rule_fidelity,
        rules.overall_fidelity as overall_rule_fidelity,

        -- what to do
        playbook.description,
        coalesce(playbook.recommended_action, 'Review this segment before acting on it.') as recommended_action,
        playbook.what_to_avoid,
        playbook.what_to_measure
    from segments
    left join measures
        on segments.segment_id = measures.segment_id
    left join traits
        on segments.segment_id = traits.segment_id
    left join rules
        on segments.segment_id = rules.segment_id
    left join playbook
        on segments.segment_key = playbook.segment_key
)

select * from segment_profiles
