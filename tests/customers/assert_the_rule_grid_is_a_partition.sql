-- Each of the 25 cells of recency and frequency scores has one name.
with

scores as (
    select {{ unnested(list_of([1, 2, 3, 4, 5], 'integer')) }} as score
),

cells as (
    select
        recency.score as r_score,
        frequency.score as f_score
    from scores as recency
    cross join scores as frequency
),

rules as (
    select * from {{ ref('rfm_segment_rules') }}
)

select
    coalesce(cells.r_score, rules.r_score) as r_score,
    coalesce(cells.f_score, rules.f_score) as f_score,
    count(rules.rfm_segment) as n_names
from cells
full outer join rules
    on
        cells.r_score = rules.r_score
        and cells.f_score = rules.f_score
group by coalesce(cells.r_score, rules.r_score), coalesce(cells.f_score, rules.f_score)
having count(rules.rfm_segment) <> 1 or count(cells.r_score) <> 1
