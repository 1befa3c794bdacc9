with

records as (
    select * from {{ ref('int_customer_attributes_classified') }}
),

rejected_customer_attributes as (
    select
        source_file,
        source_line,
        rejection_reason,
        raw_text
    from records
    where rejection_reason is not null
)

select * from rejected_customer_attributes
