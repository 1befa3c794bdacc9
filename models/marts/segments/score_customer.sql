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
        segment_model.segment_id,
        segment_model.segment_key,
        segment_model.segment_name,
        segment_model.model_version,
        segment_model.feature_transform,
        segment_model.lambdas,
        segment_model.means,
        segment_model.scales,
        segment_model.centroid,
        segment_profiles.value_rank
    from {{ ref('segment_model') }} as segment_model
    inner join {{ ref('segment_profiles') }} as segment_profiles
        on
            segment_model.segment_id = segment_profiles.segment_id
            and segment_model.model_version = segment_profiles.model_version
),

{{ distances_to_centroids('segments', features) }},

-- One row: the nearest segment and the second, in a list. An aggregate, so that a query for many customers
-- needs no window over all of them.
nearest as (
    select
        min_by(
            struct_pack(segment_id, segment_key, segment_name, value_rank, model_version, distance),
            struct_pack(distance, segment_id),
            2
        ) as segments
    from distances
),

scored as (
    select
        segments[1].segment_id as segment_id,
        segments[1].segment_key as segment_key,
        segments[1].segment_name as segment_name,
        segments[1].value_rank as value_rank,
        segments[1].model_version as model_version,
        segments[1].distance as distance_to_centroid,
        segments[2].segment_name as runner_up_segment,
        case
            when segments[2].distance is null then 1.0
            when segments[2].distance = 0 then 0.0
            else 1.0 - segments[1].distance / segments[2].distance
        end as confidence
    from nearest
    where segments is not null
)

select * from scored
