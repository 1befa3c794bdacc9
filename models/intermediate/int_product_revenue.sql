{{ revenue_by('product_code', 'product_code') }}
