{% macro spark__get_assert_columns_equivalent(sql) %}{% endmacro %}

{% macro spark__get_select_subquery(sql) %}
    select
        {%- for column in model.columns.values() %}
        {%- set type = type_here(column.data_type) %}
        {#- Records keep the types that they were made of. #}
        {{ column.name if 'struct' in type else 'cast(' ~ column.name ~ ' as ' ~ type ~ ') as ' ~ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as model_rows
{% endmacro %}

{% macro type_here(type) %}
    {%- if not is_spark() -%}
        {{- return(type) -}}
    {%- endif -%}
    {%- set names = {'varchar': 'string', 'integer': 'int', 'timestamp': 'timestamp_ntz'} -%}
    {%- if type.endswith('[]') -%}
        {{- return('array<' ~ type_here(type[:-2]) ~ '>') -}}
    {%- endif -%}
    {{- return(names.get(type, type)) -}}
{% endmacro %}
