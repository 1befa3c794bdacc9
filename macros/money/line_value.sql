{#- What a line is worth, rounded to the penny once, here. Arguments: quantity, unit_price. -#}
{% macro line_value(quantity, unit_price) %}
    cast(round({{ quantity }} * {{ unit_price }}, 2) as decimal(18, 2))
{%- endmacro %}


{#-
    An amount divided by a whole number, half pennies rounded up, in whole pennies only,
    because a decimal division gives a float, by 100 too. Arguments: amount (≥ 0), divisor (> 0).
-#}
{% macro divided_amount(amount, divisor) %}
    cast(
        cast((cast(2 * 100 * {{ amount }} as hugeint) + {{ divisor }}) // (2 * {{ divisor }}) as decimal(18, 0)) * 0.01
        as decimal(18, 2)
    )
{%- endmacro %}
