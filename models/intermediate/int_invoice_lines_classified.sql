{{ config(materialized='view') }}

-- noqa: disable=LT02
with

lines as (
    select * from {{ ref('base_invoice_lines') }}
),

further_copies as (
    select * from {{ ref('int_duplicate_lines') }}
),

classified as (
    select
        lines.source_file,
        lines.source_line,
        lines.raw_text,
        lines.read_error,
        lines.invoice_number,
        lines.stock_code,
        upper(lines.stock_code) as product_code,
        lines.description,
        lines.quantity,
        lines.signed_quantity,
        lines.invoiced_at,
        lines.unit_price,
        lines.customer_id,
        lines.country,
        lines.line_type,
        case
            when further_copies.copy_number is not null then 'duplicate'
            else lines.own_rejection_reason
        end as rejection_reason,
        lines.line_amount,
        {%- for column in input_columns() %}
        lines.{{ column }}_text
        {{- ',' if not loop.last }}
        {%- endfor %}
    from lines
    left join further_copies
        on
            lines.source_file = further_copies.source_file
            and lines.source_line = further_copies.source_line
)

select * from classified
