{#- A select over every record of the var `customer_records`, columns as text; no rows where it is not set. -#}
{% macro customer_record_rows() %}
    {%- set entry = input_plan().customer_records if execute and var('customer_records') else none -%}
    {%- set columns = ['customer_id', 'recency_days', 'frequency', 'monetary'] -%}
    {%- if entry %}
    select
        {{ string_literal(entry.source_file) }} as source_file,
        {{ 'source_line' if entry.is_converted else 'file_row_number + 1' }} as source_line,
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
{% endmacro %}
