{#-
    What a Python model has instead of the constraints of a contract. Tables of Parquet files know none: there data
    tests and the comparison with DuckDB have to do.
-#}


{#- Post-hook: columns that every row must fill: a null stops the model. Arguments: columns. -#}
{% macro set_not_null(columns) %}
    {%- for column in columns if not is_spark() %}
        alter table {{ this }} alter column {{ column }} set not null;
    {%- endfor %}
{% endmacro %}


{#-
    Post-hook: a real primary key on a table of up to a million rows. Beyond that the index costs seconds
    and the uniqueness test has to do. Arguments: column.
-#}
{% macro primary_key_up_to_a_million(column) %}
    {%- if execute and not is_spark() and run_query('select count(*) from ' ~ this).columns[0].values()[0] <= 1000000 -%}
        alter table {{ this }} add primary key ({{ column }})
    {%- endif -%}
{% endmacro %}
