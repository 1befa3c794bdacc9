with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
),

texts as (
    select * from {{ ref('stg_invoice_lines') }}
),

rejected_invoice_lines as (
    select
        -- identifiers
        lines.source_file,
        lines.source_line,

        -- dimensions
        lines.rejection_reason,
        lines.read_error,
        lines.line_type,

        -- facts
        coalesce(lines.line_amount, 0.00) as line_amount,

        -- the record as it came
        texts.raw_text,
        texts.invoice_number_text,
        texts.stock_code_text,
        texts.description_text,
        texts.quantity_text,
        texts.invoiced_at_text,
        texts.unit_price_text,
        texts.customer_id_text,
        texts.country_text
    from lines
    inner join texts
        on
            lines.source_file = texts.source_file
            and lines.source_line = texts.source_line
    where lines.rejection_reason is not null
)

select * from rejected_invoice_lines
