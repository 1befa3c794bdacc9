{#-
    A select over every record of the var `customer_attributes`, its further columns as one list of names and
    texts, in the order of the file; no rows where the var is not set.
-#}
{% macro customer_attribute_records() %}
    {%- set entry = input_plan().customer_attributes if execute and var('customer_attributes') else none %}
    {%- set empty_type = record_type({'attribute': 'string', 'value_text': 'string'}) -%}
    {%- if entry %}
    {%- set attributes = [] -%}
    {%- for header, column in entry.other_columns.items() -%}
        {%- do attributes.append(record({
            'attribute': string_literal(header | trim),
            'value_text': 'cast(' ~ quoted_identifier(column) ~ ' as string)',
        })) -%}
    {%- endfor %}
    select
        {{ string_literal(entry.source_file) }} as source_file,
        {%- if entry.format == 'table' %}
        {{ row_position() }} as source_line,
        {%- else %}
        {{ 'source_line' if entry.is_converted else 'file_row_number + 1' }} as source_line,
        {%- endif %}
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
{% endmacro %}
