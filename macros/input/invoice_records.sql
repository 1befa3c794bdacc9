{#- The columns of the input, in the project's own names. -#}
{% macro input_columns() %}
    {{ return([
        'invoice_number', 'stock_code', 'description', 'quantity', 'invoiced_at', 'unit_price', 'customer_id', 'country',
    ]) }}
{% endmacro %}


{#- The columns that a file can hold as something else than text, with the type that they get. -#}
{% macro held_types() %}
    {{ return({
        'quantity': 'bigint', 'invoiced_at': 'timestamp', 'unit_price': 'decimal(18, 4)', 'customer_id': 'string',
    }) }}
{% endmacro %}


{#- The columns of a record as invoice_records gives them: the texts, then what the file holds typed. -#}
{% macro record_values() %}
    {%- set values = [] -%}
    {%- for column in input_columns() -%}
        {%- do values.append(column ~ '_text') -%}
    {%- endfor -%}
    {%- for column in held_types() -%}
        {%- do values.append(column ~ '_held') -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}


{#-
    Expressions for what a Parquet file or table holds as a number or time, by our name of the column; null for a
    value that has to be read from its text. Only types whose text is that of `typed_value_as_text`: reading that
    text again would cost most of the time. Arguments: file, of the input plan.
-#}
{% macro held_values(file) %}
    {%- set whole_numbers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] -%}
    {%- set held = {} -%}
    {%- for column, type in file.types.items() if file.columns[column] is not none -%}
        {%- set value = quoted_identifier(file.columns[column]) -%}
        {%- if column == 'quantity' and type in whole_numbers -%}
            {%- do held.update({column:
                'case when ' ~ value ~ ' between -9999999 and 9999999 then cast(' ~ value ~ ' as bigint) end'
            }) -%}
        {%- elif column == 'customer_id' and type in whole_numbers -%}
            {%- do held.update({column: 'cast(' ~ value ~ ' as string)'}) -%}
        {%- elif column == 'invoiced_at' and type == 'TIMESTAMP' -%}
            {%- do held.update({column:
                "case when " ~ value ~ " >= timestamp '1900-01-01 00:00:00' and " ~ value
                ~ " < timestamp '2100-01-01 00:00:00' then " ~ value ~ " end"
            }) -%}
        {%- elif column == 'unit_price' and type == 'DOUBLE' -%}
            {#- With more than four decimals it would become another number. -#}
            {%- do held.update({column:
                'case when ' ~ value ~ ' > 0 and ' ~ value ~ ' < 1000000000'
                ~ ' and cast(cast(' ~ value ~ ' as decimal(18, 4)) as double) = ' ~ value
                ~ ' then cast(' ~ value ~ ' as decimal(18, 4)) end'
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(held) }}
{% endmacro %}


{#-
    A select over every record of the files that base_invoice_lines does not hold yet: columns as text, and beside it
    what the file holds typed, where the text is null then. Files of one layout are read together; `path` joins a
    record to its row in stg_input_files.
-#}
{% macro invoice_records() %}
    {%- set layouts = {} -%}
    {%- if execute -%}
        {%- set changed = changed_files() -%}
        {%- for file in (input_plan().files if changed is none else changed) -%}
            {%- set layout = tojson([file.format == 'table', file.is_converted, file.columns, file.types], sort_keys=true) -%}
            {%- do layouts.setdefault(layout, []).append(file) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- for files in layouts.values() %}
    {%- set first = files[0] %}
    {%- set held = held_values(first) %}
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
{% endmacro %}
