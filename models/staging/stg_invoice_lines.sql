{{ config(materialized='view') }}

-- noqa: disable=LT02
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
        {%- for column in input_columns() %}
        {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from lines
)

select * from with_texts
