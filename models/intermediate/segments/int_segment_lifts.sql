with

segments as (
    select
        segment_id,
        segment_name,
        count(*) as n_in_segment,
        cast(sum(count(*)) over () as bigint) as n_everywhere
    from {{ ref('customer_segments') }}
    group by segment_id, segment_name
),

countries as (
    select
        'country' as trait,
        customer_rfm.country as trait_key,
        customer_rfm.country as name,
        customer_segments.segment_id,
        count(*) as n_customers
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_rfm') }} as customer_rfm
        on customer_segments.customer_id = customer_rfm.customer_id
    where customer_rfm.country is not null
    group by customer_rfm.country, customer_segments.segment_id
),

bought as (
    select
        'product' as trait,
        sales.product_code as trait_key,
        coalesce(products.description, sales.product_code) as name,
        sales.segment_id,
        sales.n_buyers as n_customers
    from {{ ref('int_segment_products') }} as sales
    left join {{ ref('int_products') }} as products
        on sales.product_code = products.product_code
),

traits as (
    select * from countries
    union all
    select * from bought
),

counted as (
    select
        *,
        cast(sum(n_customers) over (partition by trait, trait_key) as bigint) as n_customers_overall
    from traits
),

lifts as (
    select
        counted.*,
        segments.segment_name,
        -- One division of whole numbers, so that equal lifts are equal to the last digit.
        cast(counted.n_customers * segments.n_everywhere as double)
        / cast(counted.n_customers_overall * segments.n_in_segment as double) as lift
    from counted
    inner join segments
        on counted.segment_id = segments.segment_id
)

select * from lifts
