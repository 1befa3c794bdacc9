{% macro input_columns() %}
    {{ return([
        'invoice_number', 'stock_code', 'description', 'quantity', 'invoiced_at', 'unit_price', 'customer_id', 'country',
    ]) }}
{% endmacro %}

{% macro held_types() %}
    {{ return({
        'quantity': 'bigint', 'invoiced_at': 'timestamp', 'unit_price': 'decimal(18, 4)', 'customer_id': 'string',
    }) }}
{% endmacro %}

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

{% macro source_line(file) %}
    {%- if file.format == 'table' -%}
        {{ return(row_position()) }}
    {%- endif -%}
    {{ return('source_line' if file.is_converted else 'file_row_number + 1') }}
{% endmacro %}
