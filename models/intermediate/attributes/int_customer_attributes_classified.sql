with

records as (
    select * from {{ ref('stg_customer_attributes') }}
),

customers as (
    select customer_id from {{ ref('int_customers') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by source_file, source_line
        ) as record_number
    from records
),

classified as (
    select
        numbered.source_file,
        numbered.source_line,
        numbered.customer_id,
        numbered.attributes,
        numbered.decimal_separator,
        case
            when numbered.read_error = 'forgotten_customer' then 'forgotten_customer'
            when numbered.read_error is not null then 'unreadable'
            when numbered.customer_id is null then 'missing_customer_id'
            when numbered.record_number > 1 then 'repeated_customer_id'
            when customers.customer_id is null then 'not_in_customer_rfm'
        end as rejection_reason,
        coalesce(
            numbered.raw_text,
            {{ joined_by_commas("coalesce(numbered.customer_id_text, '')", 'numbered.attributes', 'value_text') }}
        ) as raw_text
    from numbered
    left join customers
        on numbered.customer_id = customers.customer_id
)

select * from classified
