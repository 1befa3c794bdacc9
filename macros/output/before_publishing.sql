{#-
    Pre-hook of published_build: tells it whether this run may publish, and the checksum of the input.
    The variables live in the connection that runs the model.
-#}
{% macro before_publishing() %}
    -- depends_on: {{ ref('score_customer') }}
    {%- if execute %}
        {%- set obstacle = publishing_obstacle() %}
        {%- set checksum = input_plan().input_checksum %}
        {%- if obstacle %}
            {%- do log('Nothing was published: ' ~ obstacle, info=true) %}
        {%- endif %}
        set variable may_publish = {{ 'false' if obstacle else 'true' }};
        set variable input_checksum = {{ string_literal(checksum) if checksum else 'cast(null as string)' }};
    {%- endif %}
{% endmacro %}


{#-
    Why this run must not publish, in a sentence; empty where it may: dbt build, with all rows, of every model
    that the published tables rest on and of every data test of these.
-#}
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
    {%- set tests = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' -%}
        {%- set parents = node.depends_on.nodes | select('in', needed) | list -%}
        {%- if parents and model.unique_id not in node.depends_on.nodes -%}
            {%- do tests.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set left_out = (needed + tests) | reject('in', selected_resources) | list -%}
    {%- if left_out -%}
        {{ return(
            'this run left out ' ~ left_out | length ~ ' of the models and tests that the published tables rest on, '
            ~ left_out[0].split('.')[2] ~ ' among them; dbt build without a selection publishes.'
        ) }}
    {%- endif -%}
{% endmacro %}
