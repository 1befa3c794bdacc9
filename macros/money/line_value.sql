{% macro line_value(quantity, unit_price) %}
    case
        -- Within these bounds the product fits 64 bits: an order of magnitude faster than 128.
        when {{ quantity }} between -9999999 and 9999999 and {{ unit_price }} between -999999 and 999999
            then cast(
                round(cast({{ quantity }} as decimal(8, 0)) * cast({{ unit_price }} as decimal(10, 4)), 2)
                as decimal(18, 2)
            )
        else cast(round({{ quantity }} * {{ unit_price }}, 2) as decimal(18, 2))
    end
{%- endmacro %}

{% macro divided_amount(amount, divisor) %}
    cast(
        cast(
            {{ whole_quotient(
                '(cast(2 * 100 * ' ~ amount ~ ' as ' ~ wide_integer() ~ ') + ' ~ divisor ~ ')', '(2 * ' ~ divisor ~ ')'
            ) }} as decimal(18, 0)
        ) * 0.01
        as decimal(18, 2)
    )
{%- endmacro %}

{% macro percent_of(amount, total) %}
    {%- set tenths = whole_quotient(
        '(cast(2000 * 100 * ' ~ amount ~ ' as ' ~ wide_integer() ~ ') + cast(100 * ' ~ total ~ ' as ' ~ wide_integer() ~ '))',
        'nullif(cast(2 * 100 * ' ~ total ~ ' as ' ~ wide_integer() ~ '), 0)'
    ) -%}
    cast(cast({{ tenths }} as decimal(18, 0)) * 0.1 as decimal(18, 1)) || ' %'
{%- endmacro %}
