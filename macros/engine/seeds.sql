{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types') or {} -%}
    {%- set statement -%}
        insert into {{ this }}
        {% for row in agate_table.rows %}
        select
            {%- for name in agate_table.column_names %}
            {%- set type = types.get(name) or adapter.convert_type(agate_table, loop.index0) %}
            cast({{ 'null' if row[name] is none else string_literal(row[name]) }} as {{ type }})
            {{- ',' if not loop.last }}
            {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
    {{ return(statement) }}
{% endmacro %}
