with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
),

texts as (
    select * from {{ ref('base_invoice_lines') }}
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
        {{ text_as_it_came('texts.invoice_number') }} as invoice_number_text,
        {{ text_as_it_came('texts.stock_code') }} as stock_code_text,
        {{ text_as_it_came('texts.description') }} as description_text,
        {{ text_as_it_came('texts.quantity') }} as quantity_text,
        {{ text_as_it_came('texts.invoiced_at') }} as invoiced_at_text,
        {{ text_as_it_came('texts.unit_price') }} as unit_price_text,
        {{ text_as_it_came('texts.customer_id') }} as customer_id_text,
        {{ text_as_it_came('texts.country') }} as country_text
    from lines
    inner join texts
        on
            lines.source_file = texts.source_file
            and lines.source_line = texts.source_line
    where lines.rejection_reason is not null
)

select * from rejected_invoice_lines
