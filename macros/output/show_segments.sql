{#- How wide the table may be: make build sets COLUMNS, and some shells do. -#}
{% macro screen_width() %}
    {{ return([env_var('COLUMNS', '80') | int(80), 70] | max) }}
{% endmacro %}

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
                segment_name,
                {{ with_thousands('n_customers') }},
                {{ as_percent('share_of_customers') }},
                {{ as_percent('share_of_revenue') }},
                {{ rounded_with_thousands('median_recency_days') }},
                {{ rounded_with_thousands('median_frequency') }},
                {{ amount_in_words('median_monetary') }},
                recommended_action,
                n_customers = 1 and share_of_revenue >= 0.8
            from {{ ref('segment_profiles') }}
            order by value_rank
        {%- endset -%}
        {%- do print('') -%}
        {%- do say_what_the_cleaning_did() -%}
        {%- do print('') -%}
        {%- for line in segment_lines(run_query(query).rows, screen_width()) -%}
            {%- do print(line) -%}
        {%- endfor -%}
        {%- do print('') -%}
    {%- endif -%}
{% endmacro %}

{% macro segment_lines(rows, width) %}
    {#- Two lines of headers, so that eighty characters do. -#}
    {%- set headers = [
        ['', '', 'of', 'of', 'days', '', ''],
        ['segment', 'customers', 'all', 'revenue', 'ago', 'orders', 'spend'],
    ] -%}
    {%- set widths = [] -%}
    {%- for column in range(7) -%}
        {%- set lengths = [] -%}
        {%- for row in headers + (rows | list) -%}
            {%- do lengths.append(row[column] | string | length) -%}
        {%- endfor -%}
        {%- do widths.append(lengths | max) -%}
    {%- endfor -%}
    {#- Each column has two spaces before it; a long name goes on in the next line. -#}
    {%- set room = width - (widths[1:] | sum) - 14 -%}
    {%- set name_width = [widths[0], [room, 10] | max] | min -%}
    {%- set lines = [] -%}
    {%- for row in headers + (rows | list) -%}
        {%- set name = (row[0] | wordwrap(name_width, wrapstring='\n')).split('\n') -%}
        {%- set cells = [name[0] ~ ' ' * (name_width - name[0] | length)] -%}
        {%- for column in range(1, 7) -%}
            {%- do cells.append(' ' * (widths[column] - row[column] | string | length) ~ row[column]) -%}
        {%- endfor -%}
        {%- do lines.append(('  ' ~ cells | join('  ')).rstrip()) -%}
        {%- for rest in name[1:] -%}
            {%- do lines.append('  ' ~ rest) -%}
        {%- endfor -%}
        {%- if row | length > 7 -%}
            {%- set words = [row[7] or ''] -%}
            {%- if row[8] -%}
                {%- do words.append('One customer: this segment is one customer, with ' ~ row[3] ~ ' of the revenue.') -%}
            {%- endif -%}
            {%- for text in words if text -%}
                {%- do lines.append('      ' ~ text | wordwrap(width - 6, wrapstring='\n      ')) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do lines.append('  Days since the last order, orders and spend are medians.') -%}
    {{ return(lines) }}
{% endmacro %}
