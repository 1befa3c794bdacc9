{#-
    A select over every record of the var `customer_attributes`, its further columns as one list of names and
    texts, in the order of the file; no rows where the var is not set.
-#}
{% macro customer_attribute_records() %}
    {%- set entry = input_plan().customer_attributes if execute and var('customer_attributes') else none %}
    {%- if entry %}
    select
        {{ string_literal(entry.source_file) }} as source_file,
        {%- if entry.format == 'table' %}
        row_number() over () as source_line,
        {%- else %}
        {{ 'source_line' if entry.is_converted else 'file_row_number + 1' }} as source_line,
        {%- endif %}
        cast({{ quoted_identifier(entry.columns['customer_id']) }} as varchar) as customer_id_text,
        [
            {%- for header, column in entry.other_columns.items() %}
            struct_pack(
                attribute := {{ string_literal(header | trim) }},
                value_text := cast({{ quoted_identifier(column) }} as varchar)
            )
            {{- ',' if not loop.last }}
            {%- endfor %}
        ] as attributes,
        {{ 'raw_text' if entry.is_converted else 'cast(null as varchar)' }} as raw_text,
        {{ 'read_error' if entry.is_converted else 'cast(null as varchar)' }} as read_error,
        {{ string_literal(entry.decimal_separator or '.') }} as decimal_separator
    {%- if entry.format == 'table' %}
    from {{ entry.path }}
    {%- else %}
    from read_parquet(
        {{ string_literal(entry.path) }}, file_row_number = true, hive_partitioning = false
    )
    {%- endif %}
    {%- else %}
    select
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_line,
        cast(null as varchar) as customer_id_text,
        cast([] as struct(attribute varchar, value_text varchar)[]) as attributes,
        cast(null as varchar) as raw_text,
        cast(null as varchar) as read_error,
        '.' as decimal_separator
    where false
    {%- endif %}
{% endmacro %}
