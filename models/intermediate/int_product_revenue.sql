{{ revenue_by('product_code', 'int_product_days', 'int_customer_products') }}
