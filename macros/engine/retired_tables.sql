{% macro drop_retired_tables(results) %}
    {%- set failed = results | map(attribute='status') | map('string') | select('in', ['error', 'fail', 'skipped']) | list -%}
    {%- if execute and flags.WHICH == 'build' and not failed -%}
        {%- set known = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- do known.append(node.alias) -%}
        {%- endfor -%}
        {%- for layer in ['staging', 'intermediate'] -%}
            {%- set schema = target.schema ~ '_' ~ layer -%}
            {%- set query -%}
                {%- if is_spark() -%}
                show tables in {{ schema }}
                {%- else -%}
                select table_schema, table_name
                from information_schema.tables
                where table_catalog = {{ string_literal(target.database) }} and table_schema = {{ string_literal(schema) }}
                {%- endif -%}
            {%- endset -%}
            {%- for name in run_query(query).columns[1].values() -%}
                {%- if name.split('_')[0] in ['base', 'stg', 'int'] and name not in known -%}
                    {%- do adapter.drop_relation(adapter.get_relation(target.database, schema, name)) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if not is_spark() %}
            drop schema if exists {{ target.schema }}_changes cascade
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
