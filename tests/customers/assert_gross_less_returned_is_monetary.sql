-- Always gross_monetary - returned_monetary = monetary, and whoever comes from invoices keeps something.
select
    customer_id,
    gross_monetary,
    returned_monetary,
    monetary,
    frequency,
    recency_days
from {{ ref('customer_rfm') }}
where
    gross_monetary - returned_monetary <> monetary
    or returned_monetary < 0
    or recency_days < 0
    or (first_order_date is not null and (monetary <= 0 or frequency < 1))
