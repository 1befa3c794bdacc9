-- noqa: disable=LT02
{# The attributes among the features become columns; missing values stay null. #}
-- depends_on: {{ ref('int_segmentation_features') }}
-- depends_on: {{ ref('int_attribute_values') }}
{% set features = features_of_this_build() -%}
{%- set attributes = features | selectattr('is_attribute') | list -%}
with

customers as (
    select * from {{ ref('int_customers_scored') }}
),

{% if attributes -%}
attributes as (
    select
        customer_id,
        {%- for feature in attributes %}
        max(case when attribute = {{ string_literal(feature.column_name) }} then
            {%- if feature.level is none %} value_number
            {%- else %} case when value_text = {{ string_literal(feature.level) }} then 1.0 else 0.0 end
            {%- endif %} end) as {{ quoted_identifier(feature.feature) }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_attribute_values') }}
    group by customer_id
),

{% endif -%}
features as (
    select
        customers.customer_id,
        customers.monetary
        {%- for feature in features if feature.feature != 'monetary' %},
        {{ 'attributes' if feature.is_attribute else 'customers' }}.{{ quoted_identifier(feature.feature) }}
        {%- endfor %}
    from customers
    {%- if attributes %}
    left join attributes
        on customers.customer_id = attributes.customer_id
    {%- endif %}
)

select * from features
