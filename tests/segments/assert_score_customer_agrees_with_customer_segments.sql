-- score_customer gives every customer one row, with the segment, runner-up, distance and confidence of
-- customer_segments. Of more than 200,000 customers those with the smallest md5(customer_id) are asked: a row with
-- every segment for each of five million fills the memory that a build has.
-- depends_on: {{ ref('int_segmentation_features') }}
{% set features = features_of_this_build() %}
-- noqa: disable=LT02
with

customers as (
    select
        customer_segments.*,
        {%- for name in var('segmentation_features') %}
        {%- set levels = features | selectattr('column_name', 'equalto', name) | rejectattr('level', 'none') | list %}
        {%- if levels %}
        case
            {%- for feature in levels %}
            when features.{{ quoted_identifier(feature.feature) }} = 1 then {{ string_literal(feature.level) }}
            {%- endfor %}
        end as feature_{{ loop.index }}
        {%- else %}
        features.{{ quoted_identifier(name) }} as feature_{{ loop.index }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('int_customer_features') }} as features
        on customer_segments.customer_id = features.customer_id
    order by md5(customer_segments.customer_id), customer_segments.customer_id
    limit 200000
),

compared as (
    select
        customers.customer_id,
        customers.segment_id,
        customers.segment_key,
        customers.segment_name,
        customers.value_rank,
        customers.model_version,
        customers.distance_to_centroid,
        customers.runner_up_segment,
        customers.confidence,
        scored.segment_id as scored_segment_id,
        scored.segment_key as scored_segment_key,
        scored.segment_name as scored_segment_name,
        scored.value_rank as scored_value_rank,
        scored.model_version as scored_model_version,
        scored.distance_to_centroid as scored_distance,
        scored.runner_up_segment as scored_runner_up,
        scored.confidence as scored_confidence
    from customers
    left join lateral (
        select *
        from {{ ref('score_customer') }}(
            {%- for name in var('segmentation_features') %}customers.feature_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor -%}
        )
    ) as scored
        on true
)

select *
from compared
where
    segment_id is distinct from scored_segment_id
    or segment_key is distinct from scored_segment_key
    or segment_name is distinct from scored_segment_name
    or value_rank is distinct from scored_value_rank
    or model_version is distinct from scored_model_version
    or runner_up_segment is distinct from scored_runner_up
    -- A missing figure agrees with none.
    or coalesce(abs(distance_to_centroid - scored_distance), 1) > 1e-9
    or coalesce(abs(confidence - scored_confidence), 1) > 1e-9
