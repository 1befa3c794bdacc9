{{ config(meta={'unit': 'buyer'}) }}

with

fates as (
    select * from {{ lines_of_changes(ref('int_line_fates')) }}
    where {{ is_of_changed('buyer') }}
),

-- What is counted of lines is counted from here, so that they need to be read once.
invoice_fates as (
    select
        invoice_number,
        customer_id,
        rule,
        count(*) as n_lines,
        cast(sum(line_amount) as decimal(18, 2)) as line_amount,
        min(counted_date) as first_date,
        max(counted_date) as last_date
    from fates
    group by invoice_number, customer_id, rule
)

select * from invoice_fates
