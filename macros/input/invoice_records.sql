{#-
    A select over every record of the input, columns as text. Files of one layout are read together;
    `filename` joins a record to its row in stg_input_files.
-#}
{% macro invoice_records() %}
    {%- set columns = [
        'invoice_number', 'stock_code', 'description', 'quantity', 'invoiced_at', 'unit_price', 'customer_id', 'country',
    ] -%}
    {%- set layouts = {} -%}
    {%- if execute -%}
        {%- for file in input_plan().files -%}
            {%- set layout = tojson([file.format == 'table', file.is_converted, file.columns], sort_keys=true) -%}
            {%- do layouts.setdefault(layout, []).append(file) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- for files in layouts.values() %}
    {%- set first = files[0] %}
    select
        {%- if first.format == 'table' %}
        {{ string_literal(first.path) }} as path,
        {{ row_position() }} as source_line,
        {%- elif first.is_converted %}
        filename as path,
        source_line,
        {%- else %}
        filename as path,
        file_row_number + 1 as source_line,
        {%- endif %}
        {%- for column in columns %}
        {%- if first.columns[column] is none %}
        cast(null as string) as {{ column }}_text,
        {%- else %}
        cast({{ quoted_identifier(first.columns[column]) }} as string) as {{ column }}_text,
        {%- endif %}
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
        {%- for column in columns %}
        cast(null as string) as {{ column }}_text,
        {%- endfor %}
        cast(null as string) as raw_text,
        cast(null as string) as read_error
    where false
    {%- endfor %}
{% endmacro %}
