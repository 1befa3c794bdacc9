with

snapshots as (
    select * from {{ ref('int_segment_snapshots') }}
),

customers as (
    select as_of_date from {{ ref('customer_segments') }}
),

-- No row where this build is as of an earlier date than the last one: nothing is recorded then.
dates as (
    select
        max(as_of_date) as as_of_date,
        case when min(as_of_date) < max(as_of_date) then min(as_of_date) end as previous_as_of_date
    from snapshots
    having max(as_of_date) = (select max(customers.as_of_date) from customers)
),

today as (
    select snapshots.*
    from snapshots
    inner join dates
        on snapshots.as_of_date = dates.as_of_date
),

before as (
    select snapshots.*
    from snapshots
    inner join dates
        on snapshots.as_of_date = dates.previous_as_of_date
),

paired as (
    select
        coalesce(today.customer_id, before.customer_id) as customer_id,
        before.segment_id as from_segment_id,
        before.segment_key as from_segment_key,
        before.segment_name as from_segment_name,
        before.model_version as previous_model_version,
        before.monetary as previous_monetary,
        today.segment_id as to_segment_id,
        today.segment_key as to_segment_key,
        today.segment_name as to_segment_name,
        today.model_version,
        today.monetary
    from today
    full outer join before
        on today.customer_id = before.customer_id
),

pairs as (
    select
        dates.as_of_date,
        dates.previous_as_of_date,
        paired.*
    from paired
    cross join dates
)

select * from pairs
