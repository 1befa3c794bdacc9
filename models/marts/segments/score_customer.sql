-- noqa: disable=LT02
{#- A table function whose parameters are exactly the var `segmentation_features`, in order.
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
{% set nearest = list_element('segments', 1) -%}
{% set second = list_element('segments', 2) -%}

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

-- A customer of whom something is unknown, no number, or below what log1p can read has no distance, and no segment.
known_segments as (
    select * from segments
    where
        {%- for feature in features %}
        abs({{ feature }}) < 1e300
        and (feature_transform <> 'log1p' or {{ feature }} >= 0)
        and
        {%- endfor %}
        {%- for parameter in parameters %}
        {{ parameter }} is not null
        {{- ' and' if not loop.last }}
        {%- endfor %}
),

{{ distances_to_centroids('known_segments', features) }},

-- One row: the nearest segment and the second, in a list, or null. An aggregate, so that a query for many customers
-- needs no window over all of them.
nearest as (
    select
        {{ first_two_records({
            'distance': 'distance',
            'segment_id': 'segment_id',
            'segment_key': 'segment_key',
            'segment_name': 'segment_name',
            'value_rank': 'value_rank',
            'model_version': 'model_version',
        }, n_ordering=2) | indent(8) }} as segments
    from distances
),

scored as (
    select
        {{ nearest }}.segment_id as segment_id,
        {{ nearest }}.segment_key as segment_key,
        {{ nearest }}.segment_name as segment_name,
        {{ nearest }}.value_rank as value_rank,
        {{ nearest }}.model_version as model_version,
        {{ nearest }}.distance as distance_to_centroid,
        {{ second }}.segment_name as runner_up_segment,
        case
            when segments is null then null
            when {{ second }}.distance is null then 1.0
            when {{ second }}.distance = 0 then 0.0
            else 1.0 - {{ nearest }}.distance / {{ second }}.distance
        end as confidence
    from nearest
)

select * from scored
