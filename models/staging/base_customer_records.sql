{{ config(materialized='ephemeral') }}

{{ customer_record_rows() }}
