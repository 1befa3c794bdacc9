{{ revenue_by('country', 'country') }}
