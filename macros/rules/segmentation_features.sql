{% macro segmentation_features() %}
    {%- set columns = feature_columns() if is_building() else [] -%}
    {%- set attributes = {} -%}
    {%- if is_building() and var('customer_attributes') -%}
        {%- for row in run_query('select attribute, kind, n_levels, smallest_number from ' ~ ref('int_attributes')) -%}
            {%- do attributes.update({row[0]: row}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set features = [] -%}
    {%- for name in var('segmentation_features') -%}
        {%- if name in columns or not is_building() -%}
            {%- do features.append({'name': name, 'column': name, 'level': none, 'is_attribute': false}) -%}
        {%- elif name not in attributes -%}
            {{ refused_feature(name, 'has no value for any customer', 'supply values or take it out') }}
        {%- elif attributes[name][1] == 'text' -%}
            {{ refused_feature(
                name, 'is text with ' ~ attributes[name][2] ~ ' levels, and up to 10 can be features', 'take it out'
            ) }}
        {%- elif attributes[name][1] == 'number' -%}
            {%- if var('feature_transform') == 'log1p' and attributes[name][3] < 0 -%}
                {{ refused_feature(
                    name, 'goes down to ' ~ attributes[name][3] ~ ', and log1p needs 0 or more',
                    'set the var `feature_transform` to yeo_johnson or none'
                ) }}
            {%- endif -%}
            {%- do features.append({'name': name, 'column': name, 'level': none, 'is_attribute': true}) -%}
        {%- else -%}
            {%- for level in levels_of_attribute(name) -%}
                {%- do features.append(
                    {'name': name ~ '=' ~ level, 'column': name, 'level': level, 'is_attribute': true}
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(features) }}
{% endmacro %}

{% macro refused_feature(name, problem, advice) %}
    {{ exceptions.raise_compiler_error(
        'The var `segmentation_features` names ' ~ name ~ ', which ' ~ problem ~ ': ' ~ advice ~ '.'
    ) }}
{% endmacro %}

{% macro levels_of_attribute(name) %}
    {%- set query -%}
        select distinct value_text
        from {{ ref('int_attribute_values') }}
        where attribute = {{ string_literal(name) }}
        order by value_text
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{% macro features_of_this_build() %}
    {%- set features = [] -%}
    {%- if is_building() -%}
        {%- set query -%}
            select feature, column_name, level, is_attribute
            from {{ ref('int_segmentation_features') }}
            order by position
        {%- endset -%}
        {%- for row in run_query(query) -%}
            {%- do features.append(
                {'feature': row[0], 'column_name': row[1], 'level': row[2], 'is_attribute': row[3]}
            ) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for name in var('segmentation_features') -%}
            {%- do features.append({'feature': name, 'column_name': name, 'level': none, 'is_attribute': false}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(features) }}
{% endmacro %}

{% macro feature_expressions(table) %}
    {%- set expressions = [] -%}
    {%- for feature in features_of_this_build() -%}
        {%- set column = table ~ quoted_identifier(feature.column_name) -%}
        {%- if feature.level is none -%}
            {%- do expressions.append('cast(' ~ column ~ ' as double)') -%}
        {%- else -%}
            {%- do expressions.append(
                'case when ' ~ column ~ ' = ' ~ string_literal(feature.level) ~ ' then 1.0 else 0.0 end'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(expressions) }}
{% endmacro %}

{% macro is_building() %}
    {{ return(execute and flags.WHICH in ['build', 'run', 'test']) }}
{% endmacro %}
