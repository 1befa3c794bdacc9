{{ config(meta={'unit': 'invoice_date'}) }}

{{ revenue_by_day('country') }}
