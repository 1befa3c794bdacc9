-- depends_on: {{ ref('segment_history') }}
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='as_of_date') }}

with

moves as (
    select * from {{ ref('int_segment_moves') }}
),

segment_migration as (
    select
        as_of_date,
        previous_as_of_date,
        from_segment_id,
        from_segment_key,
        from_segment_name,
        to_segment_id,
        to_segment_key,
        to_segment_name,
        cause,
        count(*) as n_customers,
        cast(coalesce(sum(previous_monetary), 0) as decimal(18, 2)) as previous_monetary,
        cast(coalesce(sum(monetary), 0) as decimal(18, 2)) as monetary,
        cast(coalesce(sum(monetary), 0) - coalesce(sum(previous_monetary), 0) as decimal(18, 2)) as monetary_change
    from moves
    group by all
)

select * from segment_migration
