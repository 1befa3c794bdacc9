{% macro check_selection() %}
    {%- set needed = [] -%}
    {%- for unique_id in selected_resources if unique_id in graph.nodes and unique_id.split('.')[2] != 'published_build' -%}
        {%- do needed.extend(graph.nodes[unique_id].depends_on.nodes | default([])) -%}
    {%- endfor -%}
    {%- set missing = [] -%}
    {#- The list grows while it is walked: an ephemeral model stands for those above it. -#}
    {%- for unique_id in needed if unique_id in graph.nodes and unique_id not in selected_resources -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- if node.config.materialized == 'ephemeral' -%}
            {%- do needed.extend(node.depends_on.nodes) -%}
        {%- elif node.name not in missing and node.config.materialized != 'table_function'
            and not adapter.get_relation(target.database, node.schema, node.alias) -%}
            {%- do missing.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(
            'This run reads ' ~ names_in_words(missing | sort) ~ ', which this database does not have: run dbt build '
            ~ 'without a selection once, or put a + before the selected name to make what is above it.'
        ) }}
    {%- endif -%}
{% endmacro %}
