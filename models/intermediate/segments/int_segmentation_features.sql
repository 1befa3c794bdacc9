-- depends_on: {{ ref('int_attributes') }}
-- depends_on: {{ ref('int_attribute_values') }}
{% set features = segmentation_features() -%}
with

features as (
    {%- for feature in features %}
    select
        {{ loop.index }} as position,
        {{ string_literal(feature.name) }} as feature,
        {{ string_literal(feature.column) }} as column_name,
        {{ string_literal(feature.level) if feature.level is not none else 'cast(null as string)' }} as level,
        {{ 'true' if feature.is_attribute else 'false' }} as is_attribute
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from features
