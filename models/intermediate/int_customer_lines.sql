{{ config(materialized='view') }}

{#- The two bases differ in the lines they take and in what a line keeps, and nowhere else. -#}
-- noqa: disable=LT02
with

lines as (
    select * from {{ ref('invoice_lines') }}
    where is_attributed
),

customer_lines as (
    select
        customer_id,
        invoice_number,
        invoice_date,
        product_code,
        country,
        line_amount as gross_amount,
        {%- if var('monetary_basis') == 'gross' %}
        cast(0 as decimal(18, 2)) as returned_amount,
        line_amount as kept_amount
        {%- else %}
        returned_amount,
        net_amount as kept_amount
        {%- endif %}
    from lines
    where
        {%- if var('monetary_basis') == 'gross' %}
        quantity > 0
        {%- else %}
        line_type = 'sale'
        {%- endif %}
)

select * from customer_lines
