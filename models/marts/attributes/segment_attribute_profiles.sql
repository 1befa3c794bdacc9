{#- Most levels of a text column that are shown per segment, by customers. -#}
{% set most_levels = 20 -%}
with

segments as (
    select
        customer_id,
        segment_id
    from {{ ref('customer_segments') }}
),

customer_values as (
    select
        segments.segment_id,
        attributes.*
    from {{ ref('customer_attributes') }} as attributes
    inner join segments
        on attributes.customer_id = segments.customer_id
    where
        not attributes.is_imputed
        and (
            not attributes.is_private
            {%- for name in var('segmentation_features') %}
            or attributes.attribute = {{ string_literal(name) }}
            {%- endfor %}
        )
),

known as (
    select
        segment_id,
        attribute,
        count(*) as n_known
    from customer_values
    group by segment_id, attribute
),

numbers as (
    select
        segment_id,
        attribute,
        kind,
        cast(null as string) as level,
        count(*) as n_customers,
        avg(cast(value_number as decimal(38, 10))) as mean,
        median(value_number) as median,
        cast(1 as bigint) as level_rank
    from customer_values
    where kind = 'number'
    group by segment_id, attribute, kind
),

levels as (
    select
        segment_id,
        attribute,
        kind,
        value_text as level,
        count(*) as n_customers,
        cast(null as double) as mean,
        cast(null as double) as median,
        row_number() over (
            partition by segment_id, attribute
            order by count(*) desc, value_text
        ) as level_rank
    from customer_values
    where kind <> 'number'
    group by segment_id, attribute, kind, value_text
),

together as (
    select * from numbers
    union all
    select * from levels
    where level_rank <= {{ most_levels }}
),

segment_attribute_profiles as (
    select
        together.segment_id,
        together.attribute,
        together.kind,
        together.level,
        together.n_customers,
        together.n_customers / cast(known.n_known as double) as share_of_known,
        cast(together.mean as double) as mean,
        together.median
    from together
    inner join known
        on
            together.segment_id = known.segment_id
            and together.attribute = known.attribute
)

select * from segment_attribute_profiles
