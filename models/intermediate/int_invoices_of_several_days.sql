with

fates as (
    select * from {{ ref('int_invoice_fates') }}
),

invoices_of_several_days as (
    select invoice_number
    from fates
    group by invoice_number
    having min(first_date) < max(last_date)
)

select * from invoices_of_several_days
