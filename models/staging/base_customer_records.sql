{{ config(materialized='ephemeral') }}

{{ without_forgotten_customers(customer_record_rows(), [
    'customer_id_text', 'recency_days_text', 'frequency_text', 'monetary_text',
]) }}
