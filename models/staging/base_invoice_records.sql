{{ config(materialized='ephemeral') }}

{% set values = record_values() -%}
with

records as (
    {{ without_forgotten_customers(
        invoice_records(), values, customer_id='coalesce(customer_id_text, customer_id_held)'
    ) }}
),

files as (
    select * from {{ ref('stg_input_files') }}
),

records_with_file as (
    select
        files.source_file,
        records.source_line,
        records.raw_text,
        records.read_error,
        {%- for value in values %}
        records.{{ value }},
        {%- endfor %}
        files.decimal_separator,
        files.file_version,
        files.repeated_of is not null as is_repeated_file
    from records
    inner join files
        on records.path = files.path
)

select * from records_with_file
