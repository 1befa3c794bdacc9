{#- What `make look` says of the records, from the same SQL as a build. -#}
{% macro show_look() %}
    {%- if execute and env_var('SEGMENTATION_LOOK', '') -%}
        {%- set amounts = adapter.get_relation(target.database, target.schema ~ '_intermediate', 'int_order_amounts') -%}
        {%- set counts = cleaning_counts(amounts) if amounts else {} -%}
        {%- if counts.n_lines -%}
            {%- set query -%}
                select
                    cast(min(first_date) as string),
                    cast(max(last_date) as string),
                    count(distinct case when line_type = 'sale' and first_date is not null then invoice_number end)
                from {{ amounts }}
            {%- endset -%}
            {%- set first_date, last_date, n_orders = run_query(query).rows[0] -%}
            {%- set facts = [
                ('lines', share_in_words(counts.n_counting, counts.n_lines, 'lines') ~ ' count'),
                ('dates', first_date ~ ' to ' ~ last_date if first_date else 'none'),
                ('customers', '{:,}'.format(counts.n_customers | int) ~ ' who keep some of what they bought'),
                ('orders', '{:,}'.format(n_orders | int)),
                ('sales', money_in_words(counts.sold)),
                ('returns', money_in_words(counts.returned)),
            ] -%}
            {%- do print('') -%}
            {%- do print('What a build would read:') -%}
            {%- for name, fact in facts -%}
                {%- do print('  ' ~ name ~ ' ' * (11 - name | length) ~ fact) -%}
            {%- endfor -%}
            {%- set left_out = rejected_lines(amounts) -%}
            {%- do print('What would not count, and why:' if left_out else 'Every line would count.') -%}
            {%- for rule, n_lines in left_out -%}
                {%- do print(
                    '  ' ~ rule ~ ' ' * (24 - rule | length) ~ '{:>9,}'.format(n_lines | int)
                    ~ ' (' ~ percent_in_words(n_lines, counts.n_lines) ~ ')'
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
