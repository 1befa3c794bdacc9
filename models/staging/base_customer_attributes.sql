{{ config(materialized='ephemeral') }}

{{ without_forgotten_customers(customer_attribute_records(), ['customer_id_text', 'attributes']) }}
