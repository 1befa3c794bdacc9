with

orders as (
    select * from {{ ref('int_customer_orders') }}
),

countries as (
    select * from {{ ref('int_customer_countries') }}
),

as_of_date as (
    select
        coalesce(
            {{ as_of_date_literal() }},
            cast(max(last_date) + interval 1 day as date)
        ) as as_of_date
    from {{ ref('int_order_amounts') }}
),

products as (
    select
        customer_id,
        count(*) as n_products
    from {{ ref('int_customer_products') }}
    where is_kept and customer_id is not null
    group by customer_id
),

-- A customer who keeps nothing of any invoice has no order to measure and is not in the mart.
customers as (
    select
        customer_id,
        min(first_kept_date) as first_order_date,
        max(last_kept_date) as last_order_date,
        count(case when kept_amount > 0 then 1 end) as frequency,
        cast(sum(kept_amount) as decimal(18, 2)) as monetary,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_monetary,
        cast(sum(returned_amount) as decimal(18, 2)) as returned_monetary
    from orders
    group by customer_id
    having sum(kept_amount) > 0
),

customer_measures as (
    select
        customers.customer_id,
        as_of_date.as_of_date,
        customers.first_order_date,
        customers.last_order_date,
        {{ dbt.datediff('customers.last_order_date', 'as_of_date.as_of_date', 'day') }} as recency_days,
        customers.frequency,
        customers.monetary,
        customers.gross_monetary,
        customers.returned_monetary,
        {{ dbt.datediff('customers.first_order_date', 'as_of_date.as_of_date', 'day') }} as tenure_days,
        coalesce(products.n_products, 0) as n_products,
        countries.country,
        coalesce(countries.is_multi_country, false) as is_multi_country,
        false as recency_days_imputed,
        false as frequency_imputed,
        false as monetary_imputed
    from customers
    cross join as_of_date
    left join products
        on customers.customer_id = products.customer_id
    left join countries
        on customers.customer_id = countries.customer_id
)

select * from customer_measures
