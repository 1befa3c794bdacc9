-- noqa: disable=LT02
{{ config(materialized='ephemeral') }}

{#- Files of one layout are read together: our columns as text, and beside them what a Parquet file or table holds as
    a number or time, where the text is null then. -#}
{% set values = record_values() -%}
{% set layouts = {} -%}
{% for file in (files_to_read() if execute else []) -%}
    {%- set layout = tojson([file.format == 'table', file.is_converted, file.columns, file.types], sort_keys=true) -%}
    {%- do layouts.setdefault(layout, []).append(file) -%}
{% endfor -%}
with

read_records as (
    {%- for files in layouts.values() %}
    {%- set first = files[0] %}
    {%- set held = held_values(first) %}
    select
        {{ string_literal(first.path) if first.format == 'table' else 'filename' }} as path,
        {{ source_line(first) }} as source_line,
        {%- for column in input_columns() %}
        {%- set value = quoted_identifier(first.columns[column]) if first.columns[column] is not none %}
        {%- if column in held %}
        case when {{ held[column] }} is null then cast({{ value }} as string) end as {{ column }}_text,
        {%- else %}
        cast({{ value or 'null' }} as string) as {{ column }}_text,
        {%- endif %}
        {%- endfor %}
        {%- for column, type in held_types().items() %}
        {{ held.get(column, 'cast(null as ' ~ type ~ ')') }} as {{ column }}_held,
        {%- endfor %}
        {{ 'raw_text' if first.is_converted else 'cast(null as string)' }} as raw_text,
        {{ 'read_error' if first.is_converted else 'cast(null as string)' }} as read_error
    {%- if first.format == 'table' %}
    from {{ first.path }}
    {%- else %}
    from {{ parquet_rows(files | map(attribute='path') | list, first.columns.values() | select | list) }}
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as string) as path,
        cast(null as bigint) as source_line,
        {%- for column in input_columns() %}
        cast(null as string) as {{ column }}_text,
        {%- endfor %}
        {%- for column, type in held_types().items() %}
        cast(null as {{ type }}) as {{ column }}_held,
        {%- endfor %}
        cast(null as string) as raw_text,
        cast(null as string) as read_error
    where false
    {%- endfor %}
),

records as (
    {{ without_forgotten_customers(
        'read_records', values, customer_id='coalesce(customer_id_text, customer_id_held)'
    ) }}
),

files as (
    select * from {{ ref('stg_input_files') }}
),

records_with_file as (
    select
        files.source_file,
        records.source_line,
        records.raw_text,
        records.read_error,
        {%- for value in values %}
        records.{{ value }},
        {%- endfor %}
        files.decimal_separator,
        files.file_version,
        files.repeated_of is not null as is_repeated_file
    from records
    inner join files
        on records.path = files.path
)

select * from records_with_file
