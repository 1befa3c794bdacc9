{#-
    The contracts name DuckDB's types. DuckDB stops a model whose types are others; on Spark, whose sums and
    differences of decimals are wider, a contract gives a model its columns, in their order and of their types.
-#}
{% macro spark__get_assert_columns_equivalent(sql) %}{% endmacro %}


{% macro spark__get_select_subquery(sql) %}
    select
        {%- for column in model.columns.values() %}
        {%- set type = column.data_type | replace('varchar', 'string') | replace('timestamp', 'timestamp_ntz') %}
        {#- Records keep the types that they were made of. #}
        {{ column.name if type.startswith('struct') else 'cast(' ~ column.name ~ ' as ' ~ type ~ ') as ' ~ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as model_rows
{% endmacro %}
