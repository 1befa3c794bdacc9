{#- Reads itself: the snapshot of the date before is kept, as dbt builds the new table beside the old one. -#}
{%- set stored = load_cached_relation(this) if is_building() else none -%}
{%- set migration = recorded_migration() -%}
with

customers as (
    select
        customer_id,
        as_of_date,
        segment_id,
        segment_key,
        segment_name,
        model_version,
        monetary
    from {{ ref('customer_segments') }}
    where as_of_date is not null
),

stored as (
    {%- if stored %}
    select * from {{ stored }}
    {%- else %}
    select * from customers
    where false
    {%- endif %}
),

-- A date whose migration was not written, because the build was stopped, is no date to compare with.
recorded_dates as (
    {%- if migration %}
    select distinct as_of_date from {{ migration }}
    {%- else %}
    select as_of_date from customers
    where false
    {%- endif %}
),

dates as (
    select
        max(customers.as_of_date) as current_date_of_build,
        (select max(stored.as_of_date) from stored) as newest_stored,
        (
            select max(recorded_dates.as_of_date)
            from recorded_dates
            inner join stored
                on recorded_dates.as_of_date = stored.as_of_date
            where recorded_dates.as_of_date < (select max(customers.as_of_date) from customers)
        ) as previous_date
    from customers
),

-- An earlier date than the last one stored changes nothing.
kept as (
    select stored.*
    from stored
    cross join dates
    where
        stored.as_of_date = dates.previous_date
        or dates.current_date_of_build is null
        or dates.current_date_of_build < dates.newest_stored
),

added as (
    select customers.*
    from customers
    cross join dates
    where dates.newest_stored is null or customers.as_of_date >= dates.newest_stored
),

snapshots as (
    select * from kept
    union all
    select * from added
)

select * from snapshots
