-- No segment gets more back than it bought, and nobody orders again before the last order.
select
    segment_id,
    return_rate,
    mean_days_between_orders,
    median_days_between_orders
from {{ ref('segment_profiles') }}
where
    return_rate not between 0 and 1
    or mean_days_between_orders < 0
    or median_days_between_orders < 0
