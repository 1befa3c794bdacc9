-- customer_segments has the customers of customer_rfm, each once, with the same measures.
with

customers as (
    select * from {{ ref('customer_rfm') }}
),

segments as (
    select * from {{ ref('customer_segments') }}
)

select
    coalesce(customers.customer_id, segments.customer_id) as customer_id,
    customers.monetary,
    segments.monetary as segment_monetary
from customers
full outer join segments
    on customers.customer_id = segments.customer_id
where
    customers.customer_id is null
    or segments.customer_id is null
    or customers.monetary <> segments.monetary
    or customers.frequency <> segments.frequency
    or customers.recency_days <> segments.recency_days
