{% macro show_segments(results) %}
    {%- set made = [] -%}
    {%- for result in results -%}
        {%- if result.node.name == 'segment_profiles' and result.status == 'success' -%}
            {%- do made.append(result.node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if execute and made -%}
        {%- set query -%}
            select
                segment_name as "segment",
                {{ with_thousands('n_customers') }} as "customers",
                {{ as_percent('share_of_customers') }} as "of customers",
                {{ as_percent('share_of_revenue') }} as "of revenue",
                {{ rounded_with_thousands('median_recency_days') }} as "median days since order",
                {{ rounded_with_thousands('median_frequency') }} as "median orders",
                {{ amount_in_words('median_monetary') }} as "median spend",
                recommended_action as "what to do"
            from {{ ref('segment_profiles') }}
            order by value_rank
        {%- endset -%}
        {%- set answer = run_query(query) -%}
        {%- set names = answer.column_names -%}
        {%- set widths = [] -%}
        {%- for name in names -%}
            {%- do widths.append(([name | length] + answer.columns[loop.index0].values() | map('length') | list) | max) -%}
        {%- endfor -%}
        {%- do print('') -%}
        {%- do say_what_the_cleaning_did() -%}
        {%- do print('') -%}
        {%- for row in [names] + (answer.rows | list) -%}
            {%- set cells = [] -%}
            {%- for value in row -%}
                {%- set text = value | string -%}
                {%- if 0 < loop.index0 < 7 -%}
                    {%- do cells.append(' ' * (widths[loop.index0] - text | length) ~ text) -%}
                {%- else -%}
                    {%- do cells.append(text ~ ' ' * (widths[loop.index0] - text | length)) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do print(('  ' ~ cells | join('  ')).rstrip()) -%}
        {%- endfor -%}
        {%- do print('') -%}
    {%- endif -%}
{% endmacro %}
