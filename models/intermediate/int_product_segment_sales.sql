{{ segment_sales('product_code', 'int_customer_products') }}
