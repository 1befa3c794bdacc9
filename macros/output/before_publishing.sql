{% macro before_publishing() %}
    {%- set meta = model.config.meta -%}
    {%- set tables = dict(meta.tables) -%}
    {%- do tables.update(meta.line_tables) -%}
    {%- for table in tables -%}
        {%- do ref(table) -%}
    {%- endfor -%}
    {%- do ref('score_customer') -%}
    {%- if execute %}
        {%- set obstacle = publishing_obstacle() %}
        {%- set checksum = input_plan().input_checksum %}
        {%- set published = {} %}
        {%- for table, key in tables.items() if table in meta.tables or meta.publish_lines %}
            {%- if 'model.' ~ project_name ~ '.' ~ table in selected_resources %}
                {%- do published.update({table: key}) %}
            {%- endif %}
        {%- endfor %}
        {%- if obstacle %}
            {%- do log('Nothing was published: ' ~ obstacle, info=true) %}
        {%- endif %}
        set variable published_tables = {{ 'cast(null as string)' if obstacle else string_literal(tojson(published)) }};
        set variable input_checksum = {{ string_literal(checksum) if checksum else 'cast(null as string)' }};
    {%- endif %}
{% endmacro %}

{% macro publishing_obstacle() %}
    {%- if flags.WHICH != 'build' -%}
        {{ return('dbt ' ~ flags.WHICH ~ ' runs no tests between the models; dbt build publishes.') }}
    {%- endif -%}
    {%- if flags.EMPTY or flags.SAMPLE -%}
        {{ return('this run left rows out (--empty or --sample).') }}
    {%- endif -%}
    {%- set needed = [model.unique_id] -%}
    {#- The list grows while it is walked, up to the last ancestor. -#}
    {%- for unique_id in needed -%}
        {%- for parent in graph.nodes[unique_id].depends_on.nodes -%}
            {%- if parent in graph.nodes and parent not in needed -%}
                {%- do needed.append(parent) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set kept_branches = [] -%}
    {%- for unique_id in needed if unique_id in selected_resources -%}
        {%- do kept_branches.extend(graph.nodes[unique_id].tags) -%}
    {%- endfor -%}
    {%- set left_out = [] -%}
    {%- for unique_id in needed if unique_id not in selected_resources -%}
        {%- set branches = graph.nodes[unique_id].tags -%}
        {%- if not branches or branches | select('in', kept_branches) | list -%}
            {%- do left_out.append(unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.unique_id not in selected_resources -%}
        {%- set parents = node.depends_on.nodes | select('in', needed) | list -%}
        {%- set absent = node.depends_on.nodes | reject('in', selected_resources) | list -%}
        {%- if parents and model.unique_id not in node.depends_on.nodes and not absent -%}
            {%- do left_out.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if left_out -%}
        {{ return(
            'this run left out ' ~ left_out | length ~ ' of the models and tests that the published tables rest on, '
            ~ left_out[0].split('.')[2] ~ ' among them; dbt build without a selection publishes.'
        ) }}
    {%- endif -%}
{% endmacro %}
