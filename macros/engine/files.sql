{#-
    Rows of Parquet files of one layout, to select from; `filename` says which file a row is from.
    On Spark the reader has written all of them, so that they number their rows themselves.
    Arguments: paths, columns (of the files).
-#}
{% macro parquet_rows(paths, columns) -%}
    {%- if is_spark() -%}
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
    {%- else -%}
    read_parquet(
        [{% for path in paths %}{{ string_literal(path) }}{{ ', ' if not loop.last }}{% endfor %}],
        filename = true, file_row_number = true, union_by_name = true, hive_partitioning = false
    )
    {%- endif -%}
{%- endmacro %}


{#-
    What the reader answers to a request of input_plan; both are JSON. On DuckDB it is a function that the plugin
    registers, on Spark a method that python/dbt_spark_session adds to the adapter: a function in SQL would run where
    the data is.
-#}
{% macro reader_answer(request) %}
    {%- if is_spark() -%}
        {{ return(adapter.prepare_inputs(request)) }}
    {%- endif -%}
    {{- return(run_query('select prepare_inputs(' ~ string_literal(request) ~ ')').columns[0].values()[0]) -}}
{% endmacro %}


{#-
    The place of a row in a table, from 1. Rows of Spark have none: there it is any number, each once, which
    only keeps lines apart that are equal in everything that counts.
-#}
{% macro row_position() %}
    {{- return('monotonically_increasing_id() + 1' if is_spark() else 'row_number() over ()') -}}
{% endmacro %}
