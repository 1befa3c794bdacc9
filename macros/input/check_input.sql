{#-
    Stops the build before the first model where a var or the input is not usable, in one sentence;
    otherwise says what the reader noticed. Runs on-run-start, so the tables of the last build stay.
-#}
{% macro check_input() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'test'] -%}
        {%- if var('customer_attributes') -%}
            {{ exceptions.raise_compiler_error(
                'The var `customer_attributes` is ' ~ var('customer_attributes')
                ~ ', but this version does not read attributes yet: leave it null.'
            ) }}
        {%- endif -%}
        {%- set plan = input_plan() -%}
        {%- if plan.error -%}
            {{ exceptions.raise_compiler_error(plan.error) }}
        {%- endif -%}
        {%- set known = feature_columns() -%}
        {%- for feature in var('segmentation_features') if feature not in known -%}
            {{ exceptions.raise_compiler_error(
                'The var `segmentation_features` names ' ~ feature ~ ', but here a feature is one of '
                ~ known | join(', ') ~ ': correct the name.'
            ) }}
        {%- endfor -%}
        {%- for notice in plan.notices -%}
            {%- do log('Input: ' ~ notice, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#-
    The columns that K-Means can see: the numbers of customer_rfm, by its contract. What is computed from them
    later (scores, average order) is left out, because outliers are found before, on the same features;
    customer records bring the three measures alone.
-#}
{% macro feature_columns() %}
    {%- if var('customer_records') -%}
        {{ return(['recency_days', 'frequency', 'monetary']) }}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == 'customer_rfm' -%}
        {%- for column in node.columns.values() -%}
            {%- set type = (column.data_type or '').split('(')[0] -%}
            {%- set is_later = column.name.endswith('_score') or column.name == 'avg_order_value' -%}
            {%- if type in ['integer', 'bigint', 'decimal', 'double'] and not is_later -%}
                {%- do names.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
