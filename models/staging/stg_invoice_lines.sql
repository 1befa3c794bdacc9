{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('base_invoice_lines') }}
),

with_texts as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        is_repeated_file,
        {%- for column in input_columns() %}
        {{ text_as_it_came(column) }} as {{ column }}_text,
        {%- endfor %}
        invoice_number,
        stock_code,
        description,
        quantity,
        invoiced_at,
        unit_price,
        customer_id,
        country
    from lines
)

select * from with_texts
