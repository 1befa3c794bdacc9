{#-
    The materialisation of score_customer on Spark, whose name dbt-duckdb gave it: a table function of the catalog,
    which every session of the metastore has. Spark asks for the types of the parameters.
-#}
{% materialization table_function, adapter='spark' %}
    {%- set function = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace function {{ function }}({{ typed_feature_parameters() }})
        returns table
        comment {{ string_literal(model.description) }}
        return
        {{ sql }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {#- A function is no relation of dbt-spark: in the cache it would be dropped as a view. -#}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{% macro typed_feature_parameters() %}
    {%- set types = {} -%}
    {%- for feature in features_of_this_build() -%}
        {%- do types.update({feature.column_name: 'double' if feature.level is none else 'string'}) -%}
    {%- endfor -%}
    {%- set parameters = [] -%}
    {%- for name in var('segmentation_features') -%}
        {%- do parameters.append(quoted_identifier(name) ~ ' ' ~ types.get(name, 'double')) -%}
    {%- endfor -%}
    {{ return(parameters | join(', ')) }}
{% endmacro %}
