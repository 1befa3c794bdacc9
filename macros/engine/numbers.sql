{#- What DuckDB and Spark write differently about numbers and times. -#}

{% macro is_spark() %}
    {{ return(target.type == 'spark') }}
{% endmacro %}

{% macro wide_integer() %}{{ 'decimal(38, 0)' if is_spark() else 'hugeint' }}{% endmacro %}

{% macro whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) {{ 'div' if is_spark() else '//' }} ({{ divisor }}))
{%- endmacro %}

{% macro whole_part(number) -%}
    {%- if is_spark() -%}
    (case when {{ number }} < 0 then ceil({{ number }}) else floor({{ number }}) end)
    {%- else -%}
    trunc({{ number }})
    {%- endif -%}
{%- endmacro %}

{% macro median_amount(amount) -%}
    {%- if is_spark() -%}
    cast(floor(median(cast({{ amount }} * 100 as bigint))) * 0.01 as decimal(18, 2))
    {%- else -%}
    median({{ amount }})
    {%- endif -%}
{%- endmacro %}

{% macro row_hash(columns) -%}
    {{ 'xxhash64' if is_spark() else 'hash' }}({{ columns | join(', ') }})
{%- endmacro %}

{% macro timestamp_by_format(text, format) -%}
    {%- if not is_spark() -%}
        {{ return('try_strptime(' ~ text ~ ', ' ~ string_literal(format) ~ ')') }}
    {%- endif -%}
    {%- set letters = {
        'd': 'd', 'm': 'M', 'y': 'yy', 'Y': 'yyyy', 'H': 'H', 'I': 'h', 'M': 'm', 'S': 's', 'f': 'SSSSSS', 'p': 'a',
        'b': 'MMM', 'B': 'MMMM',
    } -%}
    {%- set pattern = namespace(text='') -%}
    {%- for part in format.split('%') -%}
        {%- if loop.first -%}
            {%- set pattern.text = part -%}
        {%- elif part[:1] not in letters -%}
            {{ exceptions.raise_compiler_error(
                'The format ' ~ format ~ ' of the invoice date has %' ~ part[:1] ~ ', which is not read on Spark.'
            ) }}
        {%- else -%}
            {%- set pattern.text = pattern.text ~ letters[part[:1]] ~ (part[1:] | replace('T', "'T'")) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- Java reads no day of one digit right after a month of one. -#}
    {%- set reading = 'try_to_timestamp(' ~ text ~ ', ' ~ string_literal(pattern.text | replace('yyyyMd', 'yyyyMMdd')) ~ ')' -%}
    {%- if '%y' in format -%}
    {#- To Java 69 to 99 are years to come. -#}
    case when year({{ reading }}) >= 2069 then {{ reading }} - interval '100' year else {{ reading }} end
    {%- else -%}
    {{ reading }}
    {%- endif -%}
{%- endmacro %}
