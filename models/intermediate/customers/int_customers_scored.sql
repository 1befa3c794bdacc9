with

customers as (
    select * from {{ ref('int_customers') }}
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
        {{ divided_amount('customers.monetary', 'customers.frequency') }} as avg_order_value,
        5 - {{ cut_points_below('customers.recency_days', 'cut_points.recency_days') }} as r_score,
        1 + {{ cut_points_below('customers.frequency', 'cut_points.frequency') }} as f_score,
        1 + {{ cut_points_below('customers.monetary', 'cut_points.monetary') }} as m_score
    from customers
    cross join cut_points
),

customers_scored as (
    select
        scored.*,
        rules.rfm_segment
    from scored
    left join rules
        on
            scored.r_score = rules.r_score
            and scored.f_score = rules.f_score
)

select * from customers_scored
