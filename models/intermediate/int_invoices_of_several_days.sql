{{ config(meta={'unit': 'invoice_number'}) }}

with

fates as (
    select * from {{ ref('int_invoice_fates') }}
    where {{ is_of_changed('invoice_number') }}
),

invoices_of_several_days as (
    select invoice_number
    from fates
    group by invoice_number
    having min(first_date) < max(last_date)
)

select * from invoices_of_several_days
