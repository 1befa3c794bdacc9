{#-
    What a Python model has instead of the constraints of a contract. Tables of Parquet files know none: there data
    tests and the comparison with DuckDB have to do.
-#}

{% macro set_not_null(columns) %}
    {%- for column in columns if not is_spark() %}
        alter table {{ this }} alter column {{ column }} set not null;
    {%- endfor %}
{% endmacro %}

{% macro primary_key_up_to_a_million(column) %}
    {%- if execute and not is_spark() and run_query('select count(*) from ' ~ this).columns[0].values()[0] <= 1000000 -%}
        alter table {{ this }} add primary key ({{ column }})
    {%- endif -%}
{% endmacro %}
