{{ segment_sales('country') }}
