{{ config(materialized='ephemeral') }}

{% set entry = input_plan().customer_records if execute and var('customer_records') else none -%}
{% set columns = ['customer_id', 'recency_days', 'frequency', 'monetary'] -%}
-- noqa: disable=LT02
with

read_records as (
    {%- if entry %}
    select
        {{ string_literal(entry.source_file) }} as source_file,
        {{ source_line(entry) }} as source_line,
        {%- for column in columns %}
        cast({{ quoted_identifier(entry.columns[column]) }} as string) as {{ column }}_text,
        {%- endfor %}
        {{ 'raw_text' if entry.is_converted else 'cast(null as string)' }} as raw_text,
        {{ 'read_error' if entry.is_converted else 'cast(null as string)' }} as read_error,
        {{ string_literal(entry.decimal_separator or '.') }} as decimal_separator
    from {{ parquet_rows([entry.path], entry.columns.values() | list) }}
    {%- else %}
    select
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        {%- for column in columns %}
        cast(null as string) as {{ column }}_text,
        {%- endfor %}
        cast(null as string) as raw_text,
        cast(null as string) as read_error,
        '.' as decimal_separator
    where false
    {%- endif %}
),

records as (
    {{ without_forgotten_customers('read_records', [
        'customer_id_text', 'recency_days_text', 'frequency_text', 'monetary_text',
    ]) }}
)

select * from records
