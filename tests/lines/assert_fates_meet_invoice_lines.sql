-- What has a date in int_invoice_fates is what counts: the lines of invoice_lines and their money.
with

counted as (
    select
        invoice_number,
        customer_id,
        count(*) as n_lines,
        sum(line_amount) as line_amount
    from {{ ref('invoice_lines') }}
    where {{ is_to_be_tested('buyer') }}
    group by invoice_number, customer_id
    union all
    select
        invoice_number,
        customer_id,
        -sum(n_lines) as n_lines,
        -sum(line_amount) as line_amount
    from {{ ref('int_invoice_fates') }}
    where first_date is not null and {{ is_to_be_tested('buyer') }}
    group by invoice_number, customer_id
)

select
    invoice_number,
    customer_id,
    sum(n_lines) as n_lines_too_many,
    sum(line_amount) as line_amount_too_much
from counted
group by invoice_number, customer_id
having sum(n_lines) <> 0 or sum(line_amount) <> 0
