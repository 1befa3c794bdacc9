{#-
    Rows of Parquet files of one layout, to select from; `filename` says which file a row is from.
    On Spark the reader has written all of them, so that they number their rows themselves.
    Arguments: paths, columns (of the files).
-#}
{% macro parquet_rows(paths, columns) %}
    {{- return(adapter.dispatch('parquet_rows')(paths, columns)) -}}
{% endmacro %}

{% macro default__parquet_rows(paths, columns) -%}
    read_parquet(
        [{% for path in paths %}{{ string_literal(path) }}{{ ', ' if not loop.last }}{% endfor %}],
        filename = true, file_row_number = true, union_by_name = true, hive_partitioning = false
    )
{%- endmacro %}

{% macro spark__parquet_rows(paths, columns) -%}
    (
        {%- for path in paths %}
        select
            {%- for column in columns | unique %}
            {{ quoted_identifier(column) }},
            {%- endfor %}
            source_line,
            raw_text,
            read_error,
            {{ string_literal(path) }} as filename
        from parquet.`{{ path }}`
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- What the reader answers to a request of input_plan; both are JSON. -#}
{% macro reader_answer(request) %}
    {{- return(adapter.dispatch('reader_answer')(request)) -}}
{% endmacro %}

{#- A Python function that the warehouse plugin registers. -#}
{% macro default__reader_answer(request) %}
    {{- return(run_query('select prepare_inputs(' ~ string_literal(request) ~ ')').columns[0].values()[0]) -}}
{% endmacro %}

{#- A method that python/dbt_spark_session adds to the adapter: a function in SQL would run where the data is. -#}
{% macro spark__reader_answer(request) %}
    {{- return(adapter.prepare_inputs(request)) -}}
{% endmacro %}


{#-
    The place of a row in a table, from 1. Rows of Spark have none: there it is any number, each once, which
    only keeps lines apart that are equal in everything that counts.
-#}
{% macro row_position() %}
    {{- return(adapter.dispatch('row_position')()) -}}
{% endmacro %}

{% macro default__row_position() %}row_number() over (){% endmacro %}

{% macro spark__row_position() %}monotonically_increasing_id() + 1{% endmacro %}
