with

amounts as (
    select * from {{ ref('int_order_amounts') }}
    where rule is null
),

orders as (
    select
        customer_id,
        invoice_number,
        min(first_date) as order_date,
        min(first_kept_date) as first_kept_date,
        max(last_kept_date) as last_kept_date,
        cast(sum(line_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(line_amount) - sum(kept_amount) as decimal(18, 2)) as returned_amount,
        cast(sum(kept_amount) as decimal(18, 2)) as kept_amount
    from amounts
    group by customer_id, invoice_number
)

select * from orders
