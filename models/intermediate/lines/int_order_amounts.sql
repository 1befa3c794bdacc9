with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
),

order_amounts as (
    select
        invoice_number,
        customer_id,
        country,
        line_type,
        rule,
        count(*) as n_lines,
        cast(sum(coalesce(line_amount, 0.00)) as decimal(18, 2)) as line_amount,
        cast(sum(kept_amount) as decimal(18, 2)) as kept_amount,
        min(case when rejection_reason is null then invoice_date end) as first_date,
        max(case when rejection_reason is null then invoice_date end) as last_date,
        min(case when kept_amount > 0 then invoice_date end) as first_kept_date,
        max(case when kept_amount > 0 then invoice_date end) as last_kept_date
    from lines
    group by invoice_number, customer_id, country, line_type, rule
)

select * from order_amounts
