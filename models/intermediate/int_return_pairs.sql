{{ config(meta={'unit': 'customer_id'}) }}

{{ return_pairs() }}
