{{ config(materialized='ephemeral') }}

{#- The columns beside the id as one list of names and texts, in the order of the file. -#}
{% set entry = input_plan().customer_attributes if execute and var('customer_attributes') else none -%}
{% set empty_type = record_type({'attribute': 'string', 'value_text': 'string'}) -%}
{% set attributes = [] -%}
{% for header, column in (entry.other_columns if entry else {}).items() -%}
    {%- do attributes.append(record({
        'attribute': string_literal(header | trim),
        'value_text': 'cast(' ~ quoted_identifier(column) ~ ' as string)',
    })) -%}
{% endfor -%}
-- noqa: disable=LT02
with

read_records as (
    {%- if entry %}
    select
        {{ string_literal(entry.source_file) }} as source_file,
        {{ source_line(entry) }} as source_line,
        cast({{ quoted_identifier(entry.columns['customer_id']) }} as string) as customer_id_text,
        {{ list_of(attributes, empty_type) }} as attributes,
        {{ 'raw_text' if entry.is_converted else 'cast(null as string)' }} as raw_text,
        {{ 'read_error' if entry.is_converted else 'cast(null as string)' }} as read_error,
        {{ string_literal(entry.decimal_separator or '.') }} as decimal_separator
    {%- if entry.format == 'table' %}
    from {{ entry.path }}
    {%- else %}
    from {{ parquet_rows([entry.path], [entry.columns['customer_id']] + entry.other_columns.values() | list) }}
    {%- endif %}
    {%- else %}
    select
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(null as string) as customer_id_text,
        {{ list_of([], empty_type) }} as attributes,
        cast(null as string) as raw_text,
        cast(null as string) as read_error,
        '.' as decimal_separator
    where false
    {%- endif %}
),

records as (
    {{ without_forgotten_customers('read_records', ['customer_id_text', 'attributes']) }}
)

select * from records
