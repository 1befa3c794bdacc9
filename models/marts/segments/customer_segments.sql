with

customers as (
    select * from {{ ref('customer_rfm') }}
),

scores as (
    select * from {{ ref('int_customer_scores') }}
),

segments as (
    select * from {{ ref('int_current_segments') }}
),

playbook as (
    select * from {{ ref('segment_playbook') }}
),

described as (
    select
        customers.*,
        scores.segment_id,
        scores.runner_up_segment_id,
        scores.distance_to_centroid,
        scores.confidence,
        {{ feature_in_words('scores.first_reason_feature', 'scores.first_reason_value', 'customers') }} as first_reason,
        {{ feature_in_words('scores.second_reason_feature', 'scores.second_reason_value', 'customers') }} as second_reason,
        {{ step_in_words('scores.step_feature', 'scores.step_value', 'customers') }} as next_step
    from customers
    inner join scores
        on customers.customer_id = scores.customer_id
),

customer_segments as (
    select
        -- identifiers
        described.customer_id,
        described.as_of_date,
        segments.segment_id,
        segments.segment_key,
        segments.segment_name,
        segments.value_rank,
        segments.model_version,

        -- facts
        described.recency_days,
        described.frequency,
        described.monetary,
        described.rfm_segment,

        -- how sure, why, and what next
        described.distance_to_centroid,
        runner_up.segment_name as runner_up_segment,
        described.confidence,
        case
            when described.second_reason is null then described.first_reason
            else described.first_reason || '; ' || described.second_reason
        end as reason,
        case when segments.value_rank > 1 then described.next_step end as next_step,
        coalesce(playbook.recommended_action, 'Review this segment before acting on it.') as recommended_action,
        described.is_outlier
    from described
    inner join segments
        on described.segment_id = segments.segment_id
    left join segments as runner_up
        on described.runner_up_segment_id = runner_up.segment_id
    left join playbook
        on segments.segment_key = playbook.segment_key
)

select * from customer_segments
