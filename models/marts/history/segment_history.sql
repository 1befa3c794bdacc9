{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['customer_id', 'valid_from']) }}

with

moves as (
    select * from {{ ref('int_segment_moves') }}
),

today as (
    select * from moves
    where to_segment_id is not null
),

-- What the pre-hook left open: the state at the date before.
open_rows as (
    {%- if is_incremental() %}
    select * from {{ this }}
    where valid_to is null
    {%- else %}
    select
        customer_id,
        to_segment_id as segment_id,
        to_segment_key as segment_key,
        to_segment_name as segment_name,
        model_version,
        as_of_date as valid_from,
        as_of_date as valid_to,
        cause as started_because,
        cause as ended_because
    from moves
    where false
    {%- endif %}
),

dates as (
    select max(as_of_date) as as_of_date
    from moves
),

started as (
    select
        today.customer_id,
        today.to_segment_id as segment_id,
        today.to_segment_key as segment_key,
        today.to_segment_name as segment_name,
        today.model_version,
        today.as_of_date as valid_from,
        cast(null as date) as valid_to,
        today.cause as started_because,
        cast(null as string) as ended_because
    from today
    left join open_rows
        on today.customer_id = open_rows.customer_id
    where today.to_segment_id is distinct from open_rows.segment_id
),

ended as (
    select
        open_rows.customer_id,
        open_rows.segment_id,
        open_rows.segment_key,
        open_rows.segment_name,
        open_rows.model_version,
        open_rows.valid_from,
        dates.as_of_date as valid_to,
        open_rows.started_because,
        coalesce(today.cause, 'left') as ended_because
    from open_rows
    cross join dates
    left join today
        on open_rows.customer_id = today.customer_id
    where
        dates.as_of_date is not null
        and today.to_segment_id is distinct from open_rows.segment_id
),

segment_history as (
    select * from started
    union all
    select * from ended
)

select * from segment_history
