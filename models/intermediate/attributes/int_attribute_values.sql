-- noqa: disable=LT02
{# What exports write where they have no value. #}
{% set missing = ['na', 'n/a', 'nan', 'null', 'none', '-'] -%}
with

records as (
    select
        customer_id,
        decimal_separator,
        {{ unnested('attributes') }} as pair
    from {{ ref('int_customer_attributes_classified') }}
    where rejection_reason is null
),

named as (
    select
        customer_id,
        decimal_separator,
        pair['attribute'] as attribute,
        {{ trimmed("pair['value_text']") }} as value_text
    from records
),

trimmed as (
    select
        customer_id,
        attribute,
        decimal_separator,
        case when lower(value_text) not in ('{{ missing | join("', '") }}') then value_text end as value_text
    from named
),

numbers as (
    select
        customer_id,
        attribute,
        value_text,
        {{ parsed_number('value_text', 'decimal_separator', 'double') }} as value_number
    from trimmed
    where value_text is not null
),

-- Infinity is a number to SQL and none to K-Means.
attribute_values as (
    select
        customer_id,
        attribute,
        value_text,
        case when abs(value_number) < cast('infinity' as double) then value_number end as value_number
    from numbers
)

select * from attribute_values
