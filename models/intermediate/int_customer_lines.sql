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
        line_type,
        line_amount,
        {%- if var('monetary_basis') == 'gross' %}
        case when quantity > 0 then line_amount end as gross_amount,
        case when quantity > 0 then cast(0 as decimal(18, 2)) end as returned_amount,
        case when quantity > 0 then line_amount end as kept_amount
        {%- else %}
        case when line_type = 'sale' then line_amount end as gross_amount,
        returned_amount,
        net_amount as kept_amount
        {%- endif %}
    from lines
)

select * from customer_lines
