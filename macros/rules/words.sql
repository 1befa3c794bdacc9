{#- Sign of the currency, or its code and a space. A label only. -#}
{% macro currency_sign() %}
    {{- return({'GBP': '£', 'EUR': '€', 'USD': '$'}.get(var('currency'), var('currency') ~ ' ')) -}}
{% endmacro %}


{#- An amount with its currency and separators of thousands, as text. Arguments: amount (decimal). -#}
{% macro amount_in_words(amount) -%}
    {{ string_literal(currency_sign()) }}
    || format('{:,}', cast(trunc({{ amount }}) as bigint))
    || '.' || lpad(cast(cast(abs({{ amount }} - trunc({{ amount }})) * 100 as integer) as varchar), 2, '0')
{%- endmacro %}


{#- What a customer's feature is, in days, orders or money. Arguments: feature (expression), table of customer_rfm. -#}
{% macro feature_in_words(feature, customers) -%}
    case {{ feature }}
        when 'recency_days' then 'last order ' || format('{:,}', {{ customers }}.recency_days)
            || case when {{ customers }}.recency_days = 1 then ' day ago' else ' days ago' end
        when 'frequency' then format('{:,}', {{ customers }}.frequency)
            || case when {{ customers }}.frequency = 1 then ' order' else ' orders' end
        when 'monetary' then {{ amount_in_words(customers ~ '.monetary') }} || ' spent'
        else replace({{ feature }}, '_', ' ')
    end
{%- endmacro %}


{#- The next step as a sentence. Arguments: feature, value to reach, table of customer_rfm. -#}
{% macro step_in_words(feature, value, customers) -%}
    case {{ feature }}
        when 'recency_days' then 'order within ' || format('{:,}', cast({{ value }} as bigint))
            || case when {{ value }} = 1 then ' day' else ' days' end
        when 'frequency' then format('{:,}', cast({{ value }} as bigint) - {{ customers }}.frequency)
            || case
                when cast({{ value }} as bigint) - {{ customers }}.frequency = 1 then ' more order' else ' more orders'
            end
        when 'monetary' then
            {{ amount_in_words('(cast(' ~ value ~ ' as decimal(18, 2)) - ' ~ customers ~ '.monetary)') }} || ' more'
        else 'move ' || replace({{ feature }}, '_', ' ') || ' to ' || round({{ value }}, 2)
    end
{%- endmacro %}
