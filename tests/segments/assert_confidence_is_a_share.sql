-- Confidence lies between 0 and 1, and the runner-up is another segment.
select
    customer_id,
    confidence,
    segment_name,
    runner_up_segment
from {{ ref('customer_segments') }}
where
    confidence not between 0 and 1
    or distance_to_centroid < 0
    or segment_name = runner_up_segment
    or (value_rank = 1 and next_step is not null)
