-- Every record of every file is in int_invoice_fates, under its invoice and customer, counted from staging.
with

counted as (
    select
        invoice_number,
        customer_id,
        count(*) as n_lines
    from {{ ref('stg_invoice_lines') }}
    where {{ is_to_be_tested('buyer') }}
    group by invoice_number, customer_id
    union all
    select
        invoice_number,
        customer_id,
        -sum(n_lines) as n_lines
    from {{ ref('int_invoice_fates') }}
    where {{ is_to_be_tested('buyer') }}
    group by invoice_number, customer_id
)

select
    invoice_number,
    customer_id,
    sum(n_lines) as n_lines_too_many
from counted
group by invoice_number, customer_id
having sum(n_lines) <> 0
