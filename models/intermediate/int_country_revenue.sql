{{ revenue_by('country', 'int_country_days', 'int_customer_country_amounts') }}
