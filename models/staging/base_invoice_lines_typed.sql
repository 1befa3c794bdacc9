{{ config(materialized='ephemeral') }}

-- noqa: disable=LT02
with

records as (
    select * from {{ ref('base_invoice_records') }}
),

trimmed as (
    select
        *,
        {{ trimmed('invoice_number_text') }} as invoice_number,
        {{ trimmed('stock_code_text') }} as stock_code,
        {{ trimmed('description_text') }} as description,
        {{ trimmed('quantity_text') }} as quantity_value,
        {{ trimmed('invoiced_at_text') }} as invoiced_at_value,
        {{ trimmed('unit_price_text') }} as unit_price_value,
        {{ trimmed('customer_id_text') }} as customer_id_value,
        {{ trimmed('country_text') }} as country
    from records
),

parsed as (
    select
        *,
        {{ parsed_number('quantity_value', 'decimal_separator', 'decimal(18, 4)') }} as quantity_number,
        coalesce(
            unit_price_held, {{ parsed_number('unit_price_value', 'decimal_separator', 'decimal(18, 4)') }}
        ) as unit_price_number,
        coalesce(invoiced_at_held, {{ parsed_timestamp('invoiced_at_value') }}) as invoiced_at
    from trimmed
),

-- Whole pieces only. The first reading has four decimals; a text with a fraction is read again with twenty.
whole as (
    select
        *,
        case
            when quantity_held is not null then quantity_held
            when quantity_number <> {{ whole_part('quantity_number') }} or abs(quantity_number) >= 10000000 then null
            when
                not {{ matches_partly('quantity_value', '[.,eE]') }}
                or {{ parsed_number('quantity_value', 'decimal_separator', 'decimal(38, 20)') }} = quantity_number
                then cast(quantity_number as bigint)
        end as quantity
    from parsed
),

with_customer as (
    select
        *,
        coalesce(customer_id_held, nullif(regexp_replace(customer_id_value, '[.]0+$', ''), '')) as customer_id_whole
    from whole
),

typed as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        is_repeated_file,
        file_version,
        {%- for column in input_columns() %}
        {{ column }}_text,
        {%- endfor %}
        unit_price_held,
        customer_id_held,
        invoice_number,
        stock_code,
        description,
        quantity,
        invoiced_at,
        -- A line stays below a thousand million, so that sums over ten million of the largest fit decimal(18, 2).
        case
            when abs(unit_price_number) < 1000000000 and coalesce(abs(quantity * unit_price_number) < 1000000000, true)
                then unit_price_number
        end as unit_price,
        {{ customer_or_nobody('customer_id_whole') }} as customer_id,
        country
    from with_customer
)

select * from typed
