{{ segment_sales('country', 'int_customer_country_amounts') }}
