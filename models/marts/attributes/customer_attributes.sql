-- depends_on: {{ ref('int_segmentation_features') }}
{% set imputable = features_of_this_build() | selectattr('is_attribute') | list -%}
with

attributes as (
    select * from {{ ref('int_attributes') }}
),

attribute_values as (
    select * from {{ ref('int_attribute_values') }}
),

features as (
    select * from {{ ref('int_customer_features') }}
),

-- The features of customers whose value is missing: a level is the one that became 1.
imputed as (
    {%- for feature in imputable %}
    select
        customer_id,
        {{ string_literal(feature.column_name) }} as attribute,
        {%- if feature.level is none %}
        cast(null as string) as value_text,
        {{ quoted_identifier(feature.feature) }} as value_number
        {%- else %}
        {{ string_literal(feature.level) }} as value_text,
        cast(null as double) as value_number
        {%- endif %}
    from features
    {%- if feature.level is not none %}
    where {{ quoted_identifier(feature.feature) }} = 1
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        customer_id,
        cast(null as string) as attribute,
        cast(null as string) as value_text,
        cast(null as double) as value_number
    from features
    where false
    {%- endfor %}
),

together as (
    select
        customer_id,
        attribute,
        value_text,
        value_number,
        false as is_imputed
    from attribute_values

    union all

    select
        imputed.customer_id,
        imputed.attribute,
        imputed.value_text,
        imputed.value_number,
        true as is_imputed
    from imputed
    left join attribute_values
        on
            imputed.customer_id = attribute_values.customer_id
            and imputed.attribute = attribute_values.attribute
    where attribute_values.customer_id is null
),

customer_attributes as (
    select
        together.customer_id,
        together.attribute,
        attributes.kind,
        together.value_text,
        case when attributes.kind = 'number' then together.value_number end as value_number,
        together.is_imputed,
        attributes.is_private
    from together
    inner join attributes
        on together.attribute = attributes.attribute
)

select * from customer_attributes
