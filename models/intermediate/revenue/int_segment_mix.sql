with

segments as (
    select * from {{ ref('customer_segments') }}
),

order_amounts as (
    select * from {{ ref('int_order_amounts') }}
    where first_date is not null and line_type = 'sale'
),

sales as (
    select
        'country' as dimension,
        coalesce(order_amounts.country, 'Unspecified') as revenue_key,
        segments.segment_id,
        segments.segment_name,
        sum(order_amounts.line_amount) as amount
    from order_amounts
    inner join segments
        on order_amounts.customer_id = segments.customer_id
    group by coalesce(order_amounts.country, 'Unspecified'), segments.segment_id, segments.segment_name

    union all

    select
        'product' as dimension,
        product_code as revenue_key,
        segment_id,
        segment_name,
        sold_amount as amount
    from {{ ref('int_segment_products') }}
),

shares as (
    select
        *,
        sum(amount) over (partition by dimension, revenue_key) as total_amount
    from sales
),

segment_mix as (
    select
        dimension,
        revenue_key,
        {{ joined_in_order(
            "segment_name || ' ' || " ~ percent_of('amount', 'total_amount'), ', ', 'amount desc, segment_id'
        ) }} as segment_mix
    from shares
    group by dimension, revenue_key
)

select * from segment_mix
