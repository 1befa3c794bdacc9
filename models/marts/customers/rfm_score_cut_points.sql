{%- set measures = ['recency_days', 'frequency', 'monetary'] -%}
with

customers as (
    select * from {{ ref('int_customers') }}
),

cut_points as (
    {%- for measure in measures %}
    {%- set measure_loop = loop %}
    {%- for share in [0.2, 0.4, 0.6, 0.8] %}
    select
        '{{ measure }}' as measure,
        cast({{ loop.index }} as integer) as cut_point_number,
        cast({{ share }} as decimal(2, 1)) as share_of_customers,
        cast(percentile_disc({{ share }}) within group (order by {{ measure }}) as decimal(18, 2)) as cut_point
    from customers
    {{ 'union all' if not (loop.last and measure_loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

with_customers as (
    select * from cut_points
    where cut_point is not null
)

select * from with_customers
