-- A segment of better value_rank has no lower mean monetary; names and keys of a version are unique.
with

profiles as (
    select
        *,
        lead(mean_monetary) over (order by value_rank) as next_mean_monetary,
        count(*) over (partition by segment_name) as n_of_this_name,
        count(*) over (partition by segment_key) as n_of_this_key,
        row_number() over (order by value_rank, segment_id) as expected_rank
    from {{ ref('segment_profiles') }}
)

select *
from profiles
where
    next_mean_monetary > mean_monetary
    or n_of_this_name > 1
    or n_of_this_key > 1
    or value_rank <> expected_rank
