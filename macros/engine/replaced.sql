{#- A strategy for incremental models on DuckDB: every row is replaced by what the model returned. -#}
{% macro get_incremental_replaced_sql(arguments) %}
    delete from {{ arguments.target_relation }};

    insert into {{ arguments.target_relation }} by name
    select * from {{ arguments.temp_relation }};
{% endmacro %}
