{#-
    What a table of Parquet files has instead of update and delete: its rows, changed, are written to another table,
    which then takes its name. Until that one is complete nothing of the first is touched.
-#}

{% macro rewrite(relation, query) %}
    {%- set columns = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do columns.append('cast(' ~ column.quoted ~ ' as ' ~ column.dtype ~ ') as ' ~ column.quoted) -%}
    {%- endfor -%}
    {%- set rewritten = rewritten_name(relation) -%}
    {%- do adapter.drop_relation(rewritten) -%}
    {%- call statement('write_rows') -%}
        create table {{ rewritten }} {{ file_format_clause() }} {{ comment_clause() }} as
        select {{ columns | join(', ') }}
        from ({{ query }}) as changed_rows
    {%- endcall -%}
    {%- do take_the_name(rewritten, relation) -%}
{% endmacro %}

{% macro rewritten_name(relation) %}
    {{ return(api.Relation.create(
        schema=relation.schema, identifier=relation.identifier ~ '__rewritten', type='table'
    )) }}
{% endmacro %}

{% macro take_the_name(rewritten, relation) %}
    {%- set named = relation.incorporate(type='table') -%}
    {%- do adapter.drop_relation(named) -%}
    {%- do adapter.rename_relation(rewritten, named) -%}
{% endmacro %}

{% macro finish_killed_build(tables) %}
    {%- if is_building() and is_spark() -%}
        {%- for schema, names in tables.items() -%}
            {%- for name in names -%}
                {%- set relation = api.Relation.create(schema=schema, identifier=name, type='table') -%}
                {%- set rewritten = adapter.get_relation(none, schema, rewritten_name(relation).identifier) -%}
                {%- if rewritten and not adapter.get_relation(none, schema, name) -%}
                    {%- do take_the_name(rewritten, relation) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do adapter.remove_unfinished_tables(tables | list) -%}
    {%- endif -%}
{% endmacro %}

{% macro dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format) %}
    {%- if raw_strategy == 'delete+insert' -%}
        {{ return(raw_strategy) }}
    {%- endif -%}
    {{ return(dbt.dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format)) }}
{% endmacro %}

{% macro dbt_spark_get_incremental_sql(strategy, source, target, existing, unique_key, incremental_predicates) %}
    {%- if strategy != 'delete+insert' -%}
        {{ return(dbt.dbt_spark_get_incremental_sql(
            strategy, source, target, existing, unique_key, incremental_predicates
        )) }}
    {%- endif -%}
    {%- set keys = [unique_key] if unique_key is string else unique_key -%}
    {%- do rewrite(target, rows_with_replacements(source, target, keys)) -%}
    select count(*) from {{ target }}
{% endmacro %}

{% macro rows_with_replacements(source, target, keys) %}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
    select {{ columns }}
    from {{ target }} as recorded
    where not exists (
        select 1
        from {{ source }} as replacements
        where
            {%- for key in keys %}
            recorded.{{ key }} = replacements.{{ key }}{{ ' and' if not loop.last }}
            {%- endfor %}
    )
    union all
    select {{ columns }}
    from {{ source }}
{% endmacro %}

{#-
    The materialisation of a table that reads the rows it had before the build: on DuckDB a table does, which dbt
    writes beside the old one.
-#}
{% materialization self_reading_table, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set written = rewritten_name(target_relation) -%}
    {%- do adapter.drop_relation(written) -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, written, compiled_code) }}
    {%- endcall -%}
    {%- do take_the_name(written, target_relation) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro keep_rows_in_full_refresh() %}
    {%- if execute and is_spark() and should_full_refresh() and load_relation(this) is not none -%}
        {%- set kept = kept_name(this) -%}
        {%- do adapter.drop_relation(kept) -%}
        create table {{ kept }} {{ file_format_clause() }} as
        select * from {{ this }}
    {%- endif -%}
{% endmacro %}

{% macro drop_kept_rows() %}
    {%- if execute and is_spark() -%}
        drop table if exists {{ kept_name(this) }}
    {%- endif -%}
{% endmacro %}

{% macro kept_name(relation) %}
    {{ return(api.Relation.create(schema=relation.schema, identifier=relation.identifier ~ '__kept', type='table')) }}
{% endmacro %}
