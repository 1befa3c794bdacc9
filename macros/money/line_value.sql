{#- What a line is worth, rounded to the penny once, here. Arguments: quantity, unit_price. -#}
{% macro line_value(quantity, unit_price) %}
    cast(round({{ quantity }} * {{ unit_price }}, 2) as decimal(18, 2))
{%- endmacro %}


{#-
    An amount divided by a whole number, half pennies rounded up, in whole numbers only,
    because a decimal division would go through a float. Arguments: amount (≥ 0), divisor (> 0).
-#}
{% macro divided_amount(amount, divisor) %}
    cast(((2 * 100 * {{ amount }})::hugeint + {{ divisor }}) // (2 * {{ divisor }}) as decimal(18, 2)) / 100
{%- endmacro %}
