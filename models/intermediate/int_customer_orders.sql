{{ config(meta={'unit': 'customer_id'}) }}

with

lines as (
    select * from {{ lines_of_changes(ref('int_customer_lines')) }}
    where
        kept_amount is not null
        and {{ is_of_changed('customer_id') }}
),

orders as (
    select
        customer_id,
        invoice_number,
        min(invoice_date) as order_date,
        min(case when kept_amount > 0 then invoice_date end) as first_kept_date,
        max(case when kept_amount > 0 then invoice_date end) as last_kept_date,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(returned_amount) as decimal(18, 2)) as returned_amount,
        cast(sum(kept_amount) as decimal(18, 2)) as kept_amount
    from lines
    group by customer_id, invoice_number
)

select * from orders
