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

{% macro reader_answer(request) %}
    {%- if is_spark() -%}
        {{ return(adapter.prepare_inputs(request)) }}
    {%- endif -%}
    {{- return(run_query('select prepare_inputs(' ~ string_literal(request) ~ ')').columns[0].values()[0]) -}}
{% endmacro %}

{% macro row_position() %}
    {{- return('monotonically_increasing_id() + 1' if is_spark() else 'row_number() over ()') -}}
{% endmacro %}
