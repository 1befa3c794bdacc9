{#-
    Post-hook of an incremental Python model: dbt-duckdb keeps what the model returned in a table beside it,
    named after the time of day and meant to be temporary, and does not remove it; dbt-spark does.
-#}
{% macro drop_incremental_leftovers() %}
    {%- set query -%}
        select table_name
        from duckdb_tables()
        where database_name = {{ string_literal(this.database) }}
            and schema_name = {{ string_literal(this.schema) }}
            and starts_with(table_name, {{ string_literal(this.identifier ~ '__dbt_tmp') }})
    {%- endset -%}
    {%- if execute and not is_spark() -%}
        {%- for name in run_query(query).columns[0].values() %}
            drop table {{ this.incorporate(path={'identifier': name}) }};
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
