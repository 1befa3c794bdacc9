{#-
    On-run-end of a build without failures: drops the tables that an earlier release made in staging and intermediate
    and this one does not know. Arguments: results.
-#}
{% macro drop_retired_tables(results) %}
    {%- set failed = results | map(attribute='status') | map('string') | select('in', ['error', 'fail', 'skipped']) | list -%}
    {%- if execute and flags.WHICH == 'build' and not failed -%}
        {%- set known = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- do known.append(node.schema ~ '.' ~ node.alias) -%}
        {%- endfor -%}
        {%- for layer in ['staging', 'intermediate'] -%}
            {%- set schema = api.Relation.create(database=target.database, schema=target.schema ~ '_' ~ layer) -%}
            {%- for relation in adapter.list_relations_without_caching(schema) -%}
                {%- set is_ours = relation.identifier.split('_')[0] in ['base', 'stg', 'int'] -%}
                {%- if is_ours and relation.schema ~ '.' ~ relation.identifier not in known -%}
                    {%- do adapter.drop_relation(relation) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if not is_spark() %}
            drop schema if exists {{ target.schema }}_changes cascade
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
