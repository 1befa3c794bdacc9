with

customers as (
    select * from {{ ref('int_customers') }}
),

outliers as (
    select * from {{ ref('int_customer_outliers') }}
),

cut_points as (
    select
        {%- for measure in ['recency_days', 'frequency', 'monetary'] %}
        {%- for number in range(1, 5) %}
        max(case when measure = '{{ measure }}' and cut_point_number = {{ number }} then cut_point end)
            as {{ measure }}_{{ number }},
        {%- endfor %}
        {%- endfor %}
        count(*) as n_cut_points
    from {{ ref('rfm_score_cut_points') }}
),

rules as (
    select * from {{ ref('rfm_segment_rules') }}
),

scored as (
    select
        customers.*,
        5 - {{ cut_points_below('customers.recency_days', 'cut_points.recency_days') }} as r_score,
        1 + {{ cut_points_below('customers.frequency', 'cut_points.frequency') }} as f_score,
        1 + {{ cut_points_below('customers.monetary', 'cut_points.monetary') }} as m_score
    from customers
    cross join cut_points
),

customer_rfm as (
    select
        -- identifiers
        scored.customer_id,

        -- dates
        scored.as_of_date,
        scored.first_order_date,
        scored.last_order_date,

        -- facts
        cast(scored.recency_days as integer) as recency_days,
        cast(scored.frequency as bigint) as frequency,
        scored.monetary,
        scored.gross_monetary,
        scored.returned_monetary,
        {{ divided_amount('scored.monetary', 'scored.frequency') }} as avg_order_value,
        cast(scored.tenure_days as integer) as tenure_days,
        cast(scored.n_products as bigint) as n_products,

        -- dimensions
        scored.country,
        scored.is_multi_country,
        cast(scored.r_score as integer) as r_score,
        cast(scored.f_score as integer) as f_score,
        cast(scored.m_score as integer) as m_score,
        rules.rfm_segment,
        coalesce(outliers.is_outlier, false) as is_outlier,
        scored.recency_days_imputed,
        scored.frequency_imputed,
        scored.monetary_imputed
    from scored
    left join outliers
        on scored.customer_id = outliers.customer_id
    left join rules
        on
            scored.r_score = rules.r_score
            and scored.f_score = rules.f_score
)

select * from customer_rfm
