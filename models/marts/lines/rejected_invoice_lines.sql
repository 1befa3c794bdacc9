with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is not null
),

rejected_invoice_lines as (
    select
        -- identifiers
        source_file,
        source_line,

        -- dimensions
        rejection_reason,
        read_error,
        line_type,

        -- facts
        coalesce(line_amount, 0.00) as line_amount,

        -- the record as it came
        raw_text,
        {{ text_as_it_came('invoice_number') }} as invoice_number_text,
        {{ text_as_it_came('stock_code') }} as stock_code_text,
        {{ text_as_it_came('description') }} as description_text,
        {{ text_as_it_came('quantity') }} as quantity_text,
        {{ text_as_it_came('invoiced_at') }} as invoiced_at_text,
        {{ text_as_it_came('unit_price') }} as unit_price_text,
        {{ text_as_it_came('customer_id') }} as customer_id_text,
        {{ text_as_it_came('country') }} as country_text
    from lines
)

select * from rejected_invoice_lines
