{#- What the cleaning did, in words, and whether it can be right. -#}

{% macro check_plausibility() %}
    {%- if is_building() and not flags.EMPTY and not flags.SAMPLE -%}
        {%- set counts = cleaning_counts(this) -%}
        {%- if counts.n_lines -%}
            {%- for check, sentence in implausible_results(counts).items() -%}
                {%- if check not in var('accept_implausible') -%}
                    {{ exceptions.raise_compiler_error(
                        sentence ~ ' Nothing was published. If this is right, go on with accept_implausible: [' ~ check ~ '].'
                    ) }}
                {%- endif -%}
                {%- do exceptions.warn(sentence ~ ' The build goes on, as accept_implausible says.') -%}
            {%- endfor -%}
            {%- if counts.n_judged / 5 <= counts.n_unusable <= counts.n_judged / 2 and counts.n_unusable -%}
                {%- do exceptions.warn(unusable_lines_in_words(counts)) -%}
            {%- endif -%}
            {%- if counts.n_returns and counts.n_sales >= counts.n_returns >= counts.n_sales / 2 -%}
                {%- do exceptions.warn(
                    share_in_words(counts.n_returns, counts.n_returns + counts.n_sales, 'sales and returns') ~ ' are returns.'
                ) -%}
            {%- endif -%}
            {{ warn_about_a_customer_of_many_orders(this) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro warn_about_a_customer_of_many_orders(amounts) %}
    {%- set query -%}
        select
            customer_id,
            count(distinct invoice_number),
            (select count(distinct invoice_number) from {{ amounts }} where rule is null)
        from {{ amounts }}
        where rule is null and customer_id is not null
        group by customer_id
        order by count(distinct invoice_number) desc, customer_id
        limit 2
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {#- Not where all customers are few: the next one has to be far behind. -#}
    {%- if rows | length == 2 and rows[0][1] > rows[0][2] / 10 and rows[0][1] > 5 * rows[1][1] -%}
        {%- do exceptions.warn(
            'One customer has ' ~ share_in_words(rows[0][1], rows[0][2], 'orders') ~ '; it comes first in customer_rfm '
            ~ 'by frequency. If the id stands for nobody, as the walk-in customer of a till does, name it in '
            ~ 'placeholder_customers.'
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro implausible_results(counts) %}
    {%- set found = {} -%}
    {%- if counts.n_unusable > counts.n_judged / 2 -%}
        {%- do found.update({'unusable_lines': unusable_lines_in_words(counts)}) -%}
    {%- endif -%}
    {%- if counts.n_returns > counts.n_sales or counts.returned > counts.sold -%}
        {%- do found.update({'returns':
            share_in_words(counts.n_returns, counts.n_returns + counts.n_sales, 'sales and returns') ~ ' are returns, of '
            ~ money_in_words(counts.returned) ~ ' against sales of ' ~ money_in_words(counts.sold)
            ~ ': are the signs of the quantities turned, or orders taken for cancellations (cancellation_pattern)?'
        }) -%}
    {%- endif -%}
    {%- if counts.sold <= counts.returned and 'returns' not in found and 'unusable_lines' not in found -%}
        {%- do found.update({'revenue':
            'Sales less returns come to ' ~ money_in_words(counts.sold - counts.returned)
            ~ ': is the price or the amount in another column?'
        }) -%}
    {%- endif -%}
    {%- if not counts.n_customers and not found -%}
        {%- do found.update({'customers':
            'No line that counts has a customer who keeps any of it: is customer_id in another column?'
        }) -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro cleaning_counts(amounts) %}
    {%- set is_unusable = "(rule = 'unreadable' or rule like 'invalid%')" -%}
    {%- set is_set_aside = "coalesce(rule in ('forgotten_customer', 'after_as_of_date', 'duplicate_file', 'duplicate')"
        ~ " or line_type in ('charge', 'discount'), false)" -%}
    {%- set query -%}
        select
            coalesce(sum(n_lines), 0),
            coalesce(sum(case when not {{ is_set_aside }} then n_lines end), 0),
            coalesce(sum(case when {{ is_unusable }} then n_lines end), 0),
            coalesce(sum(case when first_date is not null then n_lines end), 0),
            coalesce(sum(case when first_date is not null and line_type = 'sale' then n_lines end), 0),
            coalesce(sum(case when first_date is not null and line_type = 'return' then n_lines end), 0),
            coalesce(sum(case when first_date is not null and line_type = 'sale' then line_amount end), 0),
            coalesce(sum(case when first_date is not null and line_type = 'return' then -line_amount end), 0),
            count(distinct case when kept_amount > 0 then customer_id end)
        from {{ amounts }}
    {%- endset -%}
    {%- set names = [
        'n_lines', 'n_judged', 'n_unusable', 'n_counting', 'n_sales', 'n_returns', 'sold', 'returned', 'n_customers',
    ] -%}
    {%- set counts = {} -%}
    {%- for value in run_query(query).rows[0] -%}
        {%- do counts.update({names[loop.index0]: value}) -%}
    {%- endfor -%}
    {{ return(counts) }}
{% endmacro %}

{% macro unusable_lines_in_words(counts) %}
    {%- set query -%}
        select
            own_rejection_reason,
            count(*),
            sum(case when {{ matches_partly('quantity_text', '[0-9][.,][0-9]') }} then 1 else 0 end),
            min(source_file),
            min(source_line)
        from {{ adapter.get_relation(target.database, target.schema ~ '_staging', 'base_invoice_lines') }}
        where own_rejection_reason = 'unreadable' or own_rejection_reason like 'invalid%'
        group by own_rejection_reason
        order by count(*) desc, own_rejection_reason
        limit 1
    {%- endset -%}
    {%- set reason, n_lines, n_with_decimals, file, line = run_query(query).rows[0] -%}
    {%- set causes = {
        'unreadable': 'do the records have as many columns as the header, and are the quotes closed?',
        'invalid_invoice_number': 'is invoice_number in another column?',
        'invalid_quantity': 'is quantity in another column, or in pieces of other units?',
        'invalid_price': 'is unit_price in another column?',
        'invalid_date': 'is invoiced_at in another column, or written in another form (invoice_date_format)?',
    } -%}
    {%- set is_swapped = reason == 'invalid_quantity' and n_with_decimals > n_lines / 2 -%}
    {{ return(
        share_in_words(counts.n_unusable, counts.n_judged, 'lines') ~ ' cannot be used, most of them for ' ~ reason
        ~ ' (such as line ' ~ line ~ ' of ' ~ file ~ '): '
        ~ ('most quantities have decimals, so are quantity and unit_price swapped in invoice_columns?' if is_swapped
            else causes[reason])
    ) }}
{% endmacro %}

{% macro say_what_the_cleaning_did() %}
    {%- set amounts = adapter.get_relation(target.database, target.schema ~ '_intermediate', 'int_order_amounts') -%}
    {%- set counts = cleaning_counts(amounts) if amounts else {} -%}
    {%- if counts.n_lines -%}
        {%- set left_out = [] -%}
        {%- for rule, n_lines in rejected_lines(amounts) -%}
            {%- do left_out.append(
                '{:,}'.format(n_lines | int) ~ ' ' ~ rule ~ ' (' ~ percent_in_words(n_lines, counts.n_lines) ~ ')'
            ) -%}
        {%- endfor -%}
        {%- do print(
            'Lines: ' ~ share_in_words(counts.n_counting, counts.n_lines, 'lines') ~ ' count, sales of '
            ~ money_in_words(counts.sold) ~ ' and returns of ' ~ money_in_words(counts.returned) ~ ' among them.'
            ~ (' Left out: ' ~ left_out | join(', ') ~ '.' if left_out else '')
        ) -%}
    {%- endif -%}
{% endmacro %}

{% macro rejected_lines(amounts) %}
    {%- set query -%}
        select rule, sum(n_lines)
        from {{ amounts }}
        where first_date is null
        group by rule
        order by sum(n_lines) desc, rule
    {%- endset -%}
    {%- set rejected = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do rejected.append((row[0] | replace('_', ' '), row[1])) -%}
    {%- endfor -%}
    {{ return(rejected) }}
{% endmacro %}

{% macro share_in_words(part, whole, noun) %}
    {{- return('{:,}'.format(part | int) ~ ' of ' ~ '{:,}'.format(whole | int) ~ ' ' ~ noun ~ ' (' ~ percent_in_words(part, whole) ~ ')') -}}
{% endmacro %}

{% macro percent_in_words(part, whole) %}
    {{- return('{:.1f} %'.format(100 * (part | float) / (whole | float))) -}}
{% endmacro %}

{% macro money_in_words(amount) %}
    {{- return(currency_sign() ~ '{:,.2f}'.format(amount)) -}}
{% endmacro %}
