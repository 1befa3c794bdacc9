{#-
    The rules of the cleaning ledger in order, as a list of (part, rule, what happens to a line):
    `lines` leads from the input to invoice_lines, `monetary` from there to the sum of customer_rfm.monetary.
    Lines of forgotten customers come first, where there are any to forget: they are counted and have no value.
-#}
{% macro ledger_rules() %}
    {%- set rules = [
        ('lines', 'unreadable', 'Wrong column count, broken quote or bad encoding'),
        ('lines', 'invalid_invoice_number', 'No invoice number'),
        ('lines', 'invalid_quantity', 'Quantity missing, 0, no whole number or out of range'),
        ('lines', 'invalid_price', 'Price missing, no number or out of range'),
        ('lines', 'invalid_date', 'Date missing, unreadable or out of range'),
        ('lines', 'after_as_of_date', 'Dated after the var as_of_date'),
        ('lines', 'duplicate_file', 'In a file with the same bytes as an earlier one'),
        ('lines', 'duplicate', 'Further copy of a line equal in all eight columns'),
        ('lines', 'adjustment', 'Invoice starting with A, or negative price'),
        ('lines', 'stock_note', 'Price 0 with negative quantity or without a customer'),
        ('lines', 'free_goods', 'Price 0 for a customer'),
    ] -%}
    {%- if has_forgotten_customers() -%}
        {%- do rules.insert(0, ('lines', 'forgotten_customer', 'Of a customer who was forgotten; its content is gone')) -%}
    {%- endif -%}
    {%- if var('monetary_basis') == 'gross' -%}
        {%- do rules.extend([
            ('monetary', 'no_customer', 'Line without a customer id'),
            ('monetary', 'negative_quantity', 'Return, or charge or discount with a negative quantity'),
            ('monetary', 'nothing_kept', 'Lines of customers whose amounts add up to 0'),
        ]) -%}
    {%- else -%}
        {%- do rules.extend([
            ('monetary', 'charge', 'Postage, fees and other charges'),
            ('monetary', 'discount', 'Discount lines'),
            ('monetary', 'no_customer', 'Line without a customer id'),
            ('monetary', 'unpaired_return', 'Returns, or parts of them, that find no sale: not subtracted'),
            ('monetary', 'paired_return', 'Returns that cancel a sale, at their own price'),
            ('monetary', 'cancelled_sale', 'What these returns take off the sales, at the price of the return'),
            ('monetary', 'price_difference', 'What the sale had cost more than the return gave back'),
            ('monetary', 'nothing_kept', 'Lines of customers who returned everything'),
        ]) -%}
    {%- endif -%}
    {{ return(rules) }}
{% endmacro %}
