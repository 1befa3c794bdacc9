{#- A view: the lines themselves are stored once, in staging. -#}
{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is null
),

returns_paired as (
    select * from {{ ref('int_returns_paired') }}
    where is_paired
),

returned as (
    select
        sale_source_file,
        sale_source_line,
        cast(sum(quantity) as bigint) as returned_quantity,
        cast(sum(amount_at_sale_price) as decimal(18, 2)) as returned_amount
    from returns_paired
    group by sale_source_file, sale_source_line
),

invoice_lines as (
    select
        -- identifiers
        lines.source_file,
        lines.source_line,
        lines.invoice_number,
        lines.customer_id,
        lines.stock_code,
        lines.product_code,

        -- dimensions
        lines.line_type,
        lines.description,
        lines.country,
        lines.invoiced_at,
        cast(lines.invoiced_at as date) as invoice_date,
        lines.customer_id is not null as is_attributed,

        -- facts
        lines.signed_quantity as quantity,
        lines.unit_price,
        lines.line_amount,
        case when lines.line_type = 'sale' then coalesce(returned.returned_quantity, 0) end as returned_quantity,
        case when lines.line_type = 'sale' then coalesce(returned.returned_amount, 0.00) end as returned_amount,
        case
            when lines.line_type = 'sale' then lines.line_amount - coalesce(returned.returned_amount, 0.00)
        end as net_amount
    from lines
    left join returned
        on
            lines.source_file = returned.sale_source_file
            and lines.source_line = returned.sale_source_line
)

select * from invoice_lines
