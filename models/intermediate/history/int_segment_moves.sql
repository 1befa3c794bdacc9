with

pairs as (
    select * from {{ ref('int_segment_snapshot_pairs') }}
),

by_previous_model as (
    select * from {{ ref('int_segments_by_previous_model') }}
),

-- Each move is told apart by what the model before makes of the customer's values now.
moves as (
    select
        pairs.*,
        case
            when pairs.previous_as_of_date is null then 'first_build'
            when pairs.from_segment_id is null then 'arrived'
            when pairs.to_segment_id is null then 'left'
            when pairs.from_segment_id = pairs.to_segment_id then 'stayed'
            when pairs.previous_model_version = pairs.model_version then 'customer'
            when by_previous_model.segment_id = pairs.to_segment_id then 'customer'
            when by_previous_model.segment_id <> pairs.from_segment_id then 'both'
            else 'model'
        end as cause
    from pairs
    left join by_previous_model
        on pairs.customer_id = by_previous_model.customer_id
)

select * from moves
