{{ config(materialized='ephemeral') }}

{{ customer_attribute_records() }}
