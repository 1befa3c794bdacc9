{% macro check_input() %}
    {%- if is_building() -%}
        {{ check_vars_are_no_code() }}
        {{ check_selection() }}
        {%- set plan = input_plan() -%}
        {%- if plan.error -%}
            {{ exceptions.raise_compiler_error(plan.error) }}
        {%- endif -%}
        {%- if plan.missing_list -%}
            {{ check_nobody_comes_back(plan.missing_list) }}
        {%- endif -%}
        {%- if env_var('SEGMENTATION_SAME_INPUT', '') -%}
            {{ check_same_input(plan) }}
        {%- endif -%}
        {%- set columns = feature_columns() -%}
        {%- set attributes = [] -%}
        {%- if plan.customer_attributes -%}
            {%- do attributes.extend(plan.customer_attributes.other_columns | map('trim')) -%}
        {%- endif -%}
        {%- for attribute in attributes if attribute in columns -%}
            {{ exceptions.raise_compiler_error(
                plan.customer_attributes.source_file ~ ': the header ' ~ attribute
                ~ ' is also the name of a column of customer_rfm: rename it in the file.'
            ) }}
        {%- endfor -%}
        {%- for feature in var('segmentation_features') if feature not in columns + attributes -%}
            {{ exceptions.raise_compiler_error(
                'The var `segmentation_features` names ' ~ feature ~ ', but here a feature is one of '
                ~ (columns + attributes) | join(', ') ~ ': correct the name.'
            ) }}
        {%- endfor -%}
        {{- say_where_a_shop_is_built() -}}
        {{- keep_sample_and_shop_apart(plan) -}}
        {{- check_same_shop(plan) -}}
        {{- say_which_files_changed() -}}
        {%- for notice in plan.notices -%}
            {%- do log('Input: ' ~ notice, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro check_vars_are_no_code() %}
    {%- for name, value in invocation_args_dict.get('vars', {}).items() if value is string -%}
        {%- for start in ['{' ~ '{', '{' ~ '%', '{' ~ '#'] if start in value -%}
            {{ exceptions.raise_compiler_error(
                'The var `' ~ name ~ '` holds ' ~ start ~ ', which dbt would run as code: '
                ~ 'write the value without it; where it is in the name of a file, rename the file.'
            ) }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}

{% macro say_where_a_shop_is_built() %}
    {%- set given = invocation_args_dict.get('vars', {}) -%}
    {%- for name, variable, here in [
        ('database', 'SEGMENTATION_DATABASE', target.path),
        ('published', 'SEGMENTATION_PUBLISHED', env_var('SEGMENTATION_PUBLISHED', 'published')),
    ] if given.get(name) and here is defined and given[name] != here -%}
        {%- do exceptions.warn(
            'This run writes to ' ~ here ~ ': `' ~ name ~ ': ' ~ given[name]
            ~ '` counts with make build SHOP=… alone; with dbt by hand, set ' ~ variable ~ '.'
        ) -%}
    {%- endfor -%}
{% endmacro %}

{% macro feature_columns() %}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == 'customer_rfm' -%}
        {%- for column in node.columns.values() -%}
            {%- set type = (column.data_type or '').split('(')[0] -%}
            {%- set is_of_invoices = column.name in [
                'gross_monetary', 'returned_monetary', 'avg_order_value', 'tenure_days', 'n_products',
            ] -%}
            {%- set is_filled = not (var('customer_records') and is_of_invoices) -%}
            {%- if type in ['integer', 'bigint', 'decimal', 'double'] and is_filled -%}
                {%- do names.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
