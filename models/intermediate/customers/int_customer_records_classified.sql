with

records as (
    select * from {{ ref('stg_customer_records') }}
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

-- A value that is missing or no number is imputed later; a record without an id, or a second one, cannot be.
classified as (
    select
        source_file,
        source_line,
        customer_id,
        recency_days,
        frequency,
        monetary,
        case
            when read_error = 'forgotten_customer' then 'forgotten_customer'
            when read_error is not null then 'unreadable'
            when customer_id is null then 'missing_customer_id'
            when record_number > 1 then 'repeated_customer_id'
            when recency_days_text is null and frequency_text is null and monetary_text is null then 'no_values'
        end as rejection_reason,
        coalesce(raw_text, concat_ws(',', customer_id_text, recency_days_text, frequency_text, monetary_text)) as raw_text
    from numbered
)

select * from classified
