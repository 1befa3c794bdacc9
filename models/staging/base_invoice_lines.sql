{#- The one table of lines. What a line is by itself is settled here, so that the views above it only have to add
    what other lines say of it. -#}
-- noqa: disable=LT02
{% set patterns = invoice_number_patterns() -%}
with

lines as (
    select * from {{ ref('base_invoice_lines_typed') }}
),

non_product_stock_codes as (
    select * from {{ ref('non_product_stock_codes') }}
),

with_stock_code as (
    select
        lines.*,
        non_product_stock_codes.line_type as non_product_line_type
    from lines
    left join non_product_stock_codes
        on upper(lines.stock_code) = upper(trim(non_product_stock_codes.stock_code))
),

with_type as (
    select
        *,
        case
            when quantity = 0 or quantity is null or unit_price is null or invoiced_at is null then null
            when {{ matches_pattern('invoice_number', patterns.adjustment) }} or unit_price < 0 then 'adjustment'
            when unit_price = 0 and (quantity < 0 or customer_id is null) then 'stock_note'
            when unit_price = 0 then 'free_goods'
            when non_product_line_type is not null then non_product_line_type
            when {{ matches_pattern('invoice_number', patterns.cancellation) }} or quantity < 0 then 'return'
            else 'sale'
        end as line_type
    from with_stock_code
),

with_reason as (
    select
        *,
        case when line_type = 'return' then -abs(quantity) else quantity end as signed_quantity,
        case
            when read_error = 'forgotten_customer' then 'forgotten_customer'
            when read_error is not null then 'unreadable'
            when invoice_number is null then 'invalid_invoice_number'
            when quantity is null or quantity = 0 then 'invalid_quantity'
            when unit_price is null then 'invalid_price'
            when invoiced_at is null then 'invalid_date'
            {%- if var('as_of_date') %}
            when cast(invoiced_at as date) > {{ as_of_date_literal() }} then 'after_as_of_date'
            {%- endif %}
            when is_repeated_file then 'duplicate_file'
            when line_type in ('adjustment', 'stock_note', 'free_goods') then line_type
        end as own_rejection_reason
    from with_type
),

final as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        is_repeated_file,
        file_version,
        -- A text is kept only where the typed value does not show it: all of them would double the table.
        {%- for column in input_columns() %}
        {{ text_worth_keeping(column) }} as {{ column }}_text,
        {%- endfor %}
        {%- for column in input_columns() %}
        {{ column }},
        {%- endfor %}
        line_type,
        own_rejection_reason,
        signed_quantity,
        {{ line_value('signed_quantity', 'unit_price') }} as line_amount
    from with_reason
)

select * from final
