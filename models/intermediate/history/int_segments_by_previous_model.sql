-- noqa: disable=LT02
-- depends_on: {{ ref('int_segmentation_features') }}
{% set columns = [] -%}
{%- for feature in features_of_this_build() -%}
    {%- do columns.append('cast(features.' ~ quoted_identifier(feature.feature) ~ ' as double)') -%}
{%- endfor -%}
with

pairs as (
    select * from {{ ref('int_segment_snapshot_pairs') }}
),

features as (
    select * from {{ ref('int_customer_features') }}
),

versions as (
    select * from {{ ref('segment_model') }}
),

current_features as (
    select {{ listed_in_order('feature', 'position', 'true') }} as features
    from {{ ref('int_segmentation_features') }}
),

-- Who is in another segment while another model is in force; a model of other features cannot be asked.
movers as (
    select
        features.*,
        versions.segment_id,
        versions.feature_transform,
        versions.lambdas,
        versions.means,
        versions.scales,
        versions.centroid
    from pairs
    inner join versions
        on pairs.previous_model_version = versions.model_version
    inner join current_features
        on versions.features = current_features.features
    inner join features
        on pairs.customer_id = features.customer_id
    where
        pairs.from_segment_id <> pairs.to_segment_id
        and pairs.previous_model_version <> pairs.model_version
),

{{ distances_to_centroids('movers as features', columns) }},

nearest as (
    select
        customer_id,
        segment_id,
        row_number() over (
            partition by customer_id
            order by distance, segment_id
        ) as nearness
    from distances
)

select
    customer_id,
    segment_id
from nearest
where nearness = 1
