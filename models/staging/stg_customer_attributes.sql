with

records as (
    select * from {{ ref('base_customer_attributes') }}
),

trimmed as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        decimal_separator,
        customer_id_text,
        nullif(regexp_replace({{ trimmed('customer_id_text') }}, '[.]0+$', ''), '') as customer_id,
        attributes
    from records
)

select * from trimmed
