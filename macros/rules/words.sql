{% macro currency_sign() %}
    {{- return({'GBP': '£', 'EUR': '€', 'USD': '$'}.get(var('currency'), var('currency') ~ ' ')) -}}
{% endmacro %}

{% macro rule_in_words(rule) -%}
    {%- set code = var('currency') ~ ' ' -%}
    replace(
        replace({{ rule }}, {{ string_literal('> ' ~ code) }}, {{ string_literal('> ' ~ currency_sign()) }}),
        {{ string_literal('≤ ' ~ code) }}, {{ string_literal('≤ ' ~ currency_sign()) }}
    )
{%- endmacro %}

{% macro amount_in_words(amount) -%}
    {{ string_literal(currency_sign()) }}
    || {{ with_thousands('cast(' ~ whole_part(amount) ~ ' as bigint)') }}
    || '.' || lpad(cast(cast(abs({{ amount }} - {{ whole_part(amount) }}) * 100 as integer) as string), 2, '0')
{%- endmacro %}

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
