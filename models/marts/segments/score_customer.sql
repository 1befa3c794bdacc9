-- noqa: disable=LT02
{#- A DuckDB table function whose parameters are exactly the var `segmentation_features`, in order.
    It reads marts only, so that it can be made again beside copies of them. -#}
{% set parameters = [] -%}
{%- for name in var('segmentation_features') -%}
    {%- do parameters.append(quoted_identifier(name)) -%}
{%- endfor -%}
{{ config(
    materialized='table_function',
    parameters=parameters | join(','),
    persist_docs={'relation': false, 'columns': false},
) }}

-- depends_on: {{ ref('int_segmentation_features') }}
{% set features = feature_expressions('') -%}

with

segments as (
    select
        segment_model.*,
        segment_profiles.value_rank
    from {{ ref('segment_model') }} as segment_model
    inner join {{ ref('segment_profiles') }} as segment_profiles
        on
            segment_model.segment_id = segment_profiles.segment_id
            and segment_model.model_version = segment_profiles.model_version
),

{{ distances_to_centroids('segments', features) }},

nearest as (
    select
        *,
        row_number() over (order by distance, segment_id) as nearness
    from distances
),

scored as (
    select
        first_segment.segment_id,
        first_segment.segment_key,
        first_segment.segment_name,
        first_segment.value_rank,
        first_segment.model_version,
        first_segment.distance as distance_to_centroid,
        second_segment.segment_name as runner_up_segment,
        case
            when second_segment.distance is null then 1.0
            when second_segment.distance = 0 then 0.0
            else 1.0 - first_segment.distance / second_segment.distance
        end as confidence
    from nearest as first_segment
    left join nearest as second_segment
        on second_segment.nearness = 2
    where first_segment.nearness = 1
)

select * from scored
