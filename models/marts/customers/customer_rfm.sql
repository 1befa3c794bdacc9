with

customers as (
    select * from {{ ref('int_customers_scored') }}
),

outliers as (
    select * from {{ ref('int_customer_outliers') }}
),

customer_rfm as (
    select
        -- identifiers
        customers.customer_id,

        -- dates
        customers.as_of_date,
        customers.first_order_date,
        customers.last_order_date,

        -- facts
        cast(customers.recency_days as integer) as recency_days,
        cast(customers.frequency as bigint) as frequency,
        customers.monetary,
        customers.gross_monetary,
        customers.returned_monetary,
        customers.avg_order_value,
        cast(customers.tenure_days as integer) as tenure_days,
        cast(customers.n_products as bigint) as n_products,

        -- dimensions
        customers.country,
        customers.is_multi_country,
        cast(customers.r_score as integer) as r_score,
        cast(customers.f_score as integer) as f_score,
        cast(customers.m_score as integer) as m_score,
        customers.rfm_segment,
        coalesce(outliers.is_outlier, false) as is_outlier,
        customers.recency_days_imputed,
        customers.frequency_imputed,
        customers.monetary_imputed
    from customers
    left join outliers
        on customers.customer_id = outliers.customer_id
)

select * from customer_rfm
