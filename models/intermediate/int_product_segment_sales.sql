{{ segment_sales('product_code') }}
