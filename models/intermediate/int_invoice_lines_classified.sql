{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('stg_invoice_lines') }}
),

further_copies as (
    select * from {{ ref('int_duplicate_lines') }}
),

non_product_stock_codes as (
    select * from {{ ref('non_product_stock_codes') }}
),

valued as (
    select
        lines.*,
        upper(lines.stock_code) as product_code,
        further_copies.copy_number is not null as is_further_copy,
        non_product_stock_codes.line_type as non_product_line_type
    from lines
    left join further_copies
        on
            lines.source_file = further_copies.source_file
            and lines.source_line = further_copies.source_line
    left join non_product_stock_codes
        on upper(lines.stock_code) = upper(trim(non_product_stock_codes.stock_code))
),

typed as (
    select
        *,
        case
            when quantity = 0 or quantity is null or unit_price is null or invoiced_at is null then null
            when invoice_number ilike 'a%' or unit_price < 0 then 'adjustment'
            when unit_price = 0 and (quantity < 0 or customer_id is null) then 'stock_note'
            when unit_price = 0 then 'free_goods'
            when non_product_line_type is not null then non_product_line_type
            when invoice_number ilike 'c%' or quantity < 0 then 'return'
            else 'sale'
        end as line_type
    from valued
),

classified as (
    select
        *,
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
            when is_further_copy then 'duplicate'
            when line_type in ('adjustment', 'stock_note', 'free_goods') then line_type
        end as rejection_reason,
        case when line_type = 'return' then -abs(quantity) else quantity end as signed_quantity
    from typed
),

with_amount as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        invoice_number,
        stock_code,
        product_code,
        description,
        quantity,
        signed_quantity,
        invoiced_at,
        unit_price,
        customer_id,
        country,
        line_type,
        rejection_reason,
        {{ line_value('signed_quantity', 'unit_price') }} as line_amount
    from classified
)

select * from with_amount
