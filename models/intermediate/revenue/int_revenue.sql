with

order_amounts as (
    select * from {{ ref('int_order_amounts') }}
    where first_date is not null and line_type in ('sale', 'return')
),

customer_products as (
    select * from {{ ref('int_customer_products') }}
    where sold_amount is not null or sent_back_amount is not null
),

products as (
    select * from {{ ref('int_products') }}
),

countries as (
    select
        'country' as dimension,
        coalesce(country, 'Unspecified') as revenue_key,
        sum(case when line_type = 'sale' then line_amount else 0.00 end) as sold_amount,
        -sum(case when line_type = 'return' then line_amount else 0.00 end) as sent_back_amount,
        count(distinct case when line_type = 'sale' then invoice_number end) as n_orders,
        count(distinct customer_id) as n_customers
    from order_amounts
    group by coalesce(country, 'Unspecified')
),

-- Of each product a guest's row has no customer.
sold_products as (
    select
        'product' as dimension,
        customer_products.product_code as revenue_key,
        sum(coalesce(customer_products.sold_amount, 0.00)) as sold_amount,
        sum(coalesce(customer_products.sent_back_amount, 0.00)) as sent_back_amount,
        coalesce(max(products.n_orders), 0) as n_orders,
        count(customer_products.customer_id) as n_customers
    from customer_products
    left join products
        on customer_products.product_code = products.product_code
    group by customer_products.product_code
),

together as (
    select * from countries
    union all
    select * from sold_products
),

revenue as (
    select
        dimension,
        revenue_key,
        cast(sold_amount - sent_back_amount as decimal(18, 2)) as revenue,
        cast(sold_amount as decimal(18, 2)) as sold_amount,
        cast(sent_back_amount as decimal(18, 2)) as sent_back_amount,
        n_orders,
        n_customers,
        case when n_orders > 0 then {{ divided_amount('sold_amount', 'n_orders') }} end as avg_order_value,
        case
            when sold_amount > 0 then cast(sent_back_amount as double) / cast(sold_amount as double)
        end as return_rate
    from together
)

select * from revenue
