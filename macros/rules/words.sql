{#- Sign of the currency, or its code and a space. A label only. -#}
{% macro currency_sign() %}
    {{- return({'GBP': '£', 'EUR': '€', 'USD': '$'}.get(var('currency'), var('currency') ~ ' ')) -}}
{% endmacro %}


{#-
    A segment's rule with the sign of the currency where it has the code: Python knows no signs. Only after a
    comparison, so that a feature's own name stays as it is. Arguments: rule.
-#}
{% macro rule_in_words(rule) -%}
    {%- set code = var('currency') ~ ' ' -%}
    replace(
        replace({{ rule }}, {{ string_literal('> ' ~ code) }}, {{ string_literal('> ' ~ currency_sign()) }}),
        {{ string_literal('≤ ' ~ code) }}, {{ string_literal('≤ ' ~ currency_sign()) }}
    )
{%- endmacro %}


{#- An amount with its currency and separators of thousands, as text. Arguments: amount (decimal). -#}
{% macro amount_in_words(amount) -%}
    {{ string_literal(currency_sign()) }}
    || {{ with_thousands('cast(' ~ whole_part(amount) ~ ' as bigint)') }}
    || '.' || lpad(cast(cast(abs({{ amount }} - {{ whole_part(amount) }}) * 100 as integer) as string), 2, '0')
{%- endmacro %}


{#-
    What a customer's feature is, in days, orders or money. A feature of the analyst's own is its name and value;
    one that stands for a level, such as gender=F, is said or denied.
    Arguments: feature (expression), its value, table of customer_rfm.
-#}
{% macro feature_in_words(feature, value, customers) -%}
    case
        when {{ feature }} = 'recency_days' then 'last order ' || {{ with_thousands(customers ~ '.recency_days') }}
            || case when {{ customers }}.recency_days = 1 then ' day ago' else ' days ago' end
        when {{ feature }} = 'frequency' then {{ with_thousands(customers ~ '.frequency') }}
            || case when {{ customers }}.frequency = 1 then ' order' else ' orders' end
        when {{ feature }} = 'monetary' then {{ amount_in_words(customers ~ '.monetary') }} || ' spent'
        when contains({{ feature }}, '=') then
            replace({{ feature }}, '=', case when {{ value }} = 1 then ' is ' else ' is not ' end)
        else replace({{ feature }}, '_', ' ') || ' ' || {{ in_twelve_digits(value) }}
    end
{%- endmacro %}


{#-
    The next step as a sentence; null for an amount or number that no type of a column holds.
    Arguments: feature, value to reach, table of customer_rfm.
-#}
{% macro step_in_words(feature, value, customers) -%}
    case {{ feature }}
        when 'recency_days' then 'order within ' || {{ with_thousands('try_cast(' ~ value ~ ' as bigint)') }}
            || case when {{ value }} = 1 then ' day' else ' days' end
        when 'frequency' then {{ with_thousands('(try_cast(' ~ value ~ ' as bigint) - ' ~ customers ~ '.frequency)') }}
            || case
                when try_cast({{ value }} as bigint) - {{ customers }}.frequency = 1 then ' more order' else ' more orders'
            end
        when 'monetary' then
            {{ amount_in_words('(try_cast(' ~ value ~ ' as decimal(18, 2)) - ' ~ customers ~ '.monetary)') }} || ' more'
    end
{%- endmacro %}
