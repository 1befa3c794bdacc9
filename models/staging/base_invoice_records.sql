{{ config(materialized='ephemeral') }}

with

records as (
    {{ without_forgotten_customers(invoice_records(), [
        'invoice_number_text', 'stock_code_text', 'description_text', 'quantity_text', 'invoiced_at_text',
        'unit_price_text', 'customer_id_text', 'country_text', 'quantity_held', 'invoiced_at_held', 'unit_price_held',
        'customer_id_held',
    ], customer_id='coalesce(customer_id_text, customer_id_held)') }}
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
        records.invoice_number_text,
        records.stock_code_text,
        records.description_text,
        records.quantity_text,
        records.invoiced_at_text,
        records.unit_price_text,
        records.customer_id_text,
        records.country_text,
        records.quantity_held,
        records.invoiced_at_held,
        records.unit_price_held,
        records.customer_id_held,
        files.decimal_separator,
        files.repeated_of is not null as is_repeated_file
    from records
    inner join files
        on records.path = files.path
)

select * from records_with_file
