-- score_customer gives every customer the segment, runner-up, distance and confidence of customer_segments.
{%- set features = var('segmentation_features') %}
-- noqa: disable=LT02
with

customers as (
    select
        customer_segments.*,
        {%- for feature in features %}
        customer_rfm.{{ feature }} as feature_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_rfm') }} as customer_rfm
        on customer_segments.customer_id = customer_rfm.customer_id
),

compared as (
    select
        customers.customer_id,
        customers.segment_id,
        customers.distance_to_centroid,
        customers.runner_up_segment,
        customers.confidence,
        scored.segment_id as scored_segment_id,
        scored.distance_to_centroid as scored_distance,
        scored.runner_up_segment as scored_runner_up,
        scored.confidence as scored_confidence
    from customers
    cross join lateral (
        select *
        from {{ ref('score_customer') }}(
            {%- for feature in features %}customers.feature_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor -%}
        )
    ) as scored
)

select *
from compared
where
    segment_id <> scored_segment_id
    or runner_up_segment is distinct from scored_runner_up
    or abs(distance_to_centroid - scored_distance) > 1e-9
    or abs(confidence - scored_confidence) > 1e-9
