-- Scores go with values: who is at least as good in a measure scores at least as high.
with

customers as (
    select * from {{ ref('customer_rfm') }}
),

{% for measure, score, direction in [
    ('recency_days', 'r_score', 'desc'), ('frequency', 'f_score', 'asc'), ('monetary', 'm_score', 'asc'),
] %}
{{ measure }}_values as (
    select
        '{{ measure }}' as measure,
        cast({{ measure }} as decimal(18, 2)) as measured,
        min({{ score }}) as lowest_score,
        max({{ score }}) as highest_score,
        lag(max({{ score }})) over (order by {{ measure }} {{ direction }}) as previous_score
    from customers
    group by {{ measure }}
),
{% endfor %}

together as (
    select * from recency_days_values
    union all
    select * from frequency_values
    union all
    select * from monetary_values
)

select *
from together
where
    lowest_score <> highest_score
    or lowest_score < previous_score
    or lowest_score < 1
    or highest_score > 5
