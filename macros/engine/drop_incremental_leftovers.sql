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
