{#- What DuckDB and Spark write differently about numbers. -#}


{#- A type for whole numbers of 38 digits. -#}
{% macro wide_integer() %}
    {{- return(adapter.dispatch('wide_integer')()) -}}
{% endmacro %}

{% macro default__wide_integer() %}hugeint{% endmacro %}

{% macro spark__wide_integer() %}decimal(38, 0){% endmacro %}


{#- How often one whole number goes into another. -#}
{% macro whole_quotient(dividend, divisor) %}
    {{- return(adapter.dispatch('whole_quotient')(dividend, divisor)) -}}
{% endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    ({{ dividend }} // {{ divisor }})
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}


{#- The number without its decimals. -#}
{% macro whole_part(number) %}
    {{- return(adapter.dispatch('whole_part')(number)) -}}
{% endmacro %}

{% macro default__whole_part(number) -%}
    trunc({{ number }})
{%- endmacro %}

{% macro spark__whole_part(number) -%}
    (case when {{ number }} < 0 then ceil({{ number }}) else floor({{ number }}) end)
{%- endmacro %}


{#- The median of amounts, rounded down to the penny. Spark's is a double. -#}
{% macro median_amount(amount) %}
    {{- return(adapter.dispatch('median_amount')(amount)) -}}
{% endmacro %}

{% macro default__median_amount(amount) -%}
    median({{ amount }})
{%- endmacro %}

{% macro spark__median_amount(amount) -%}
    cast(floor(median(cast({{ amount }} * 100 as bigint))) * 0.01 as decimal(18, 2))
{%- endmacro %}


{#- A number that is equal for equal rows, and seldom for others. Arguments: columns. -#}
{% macro row_hash(columns) %}
    {{- return(adapter.dispatch('row_hash')(columns)) -}}
{% endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}


{#- A timestamp read from text by a strptime format, null where it does not fit. Spark's letters are Java's. -#}
{% macro timestamp_by_format(text, format) %}
    {{- return(adapter.dispatch('timestamp_by_format')(text, format)) -}}
{% endmacro %}

{% macro default__timestamp_by_format(text, format) -%}
    try_strptime({{ text }}, {{ string_literal(format) }})
{%- endmacro %}

{% macro spark__timestamp_by_format(text, format) -%}
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
    try_to_timestamp({{ text }}, {{ string_literal(pattern.text) }})
{%- endmacro %}


{#- The value on most rows of a group; ties by the alphabet. Arguments: value. -#}
{% macro most_frequent(value) %}
    {{- return(adapter.dispatch('most_frequent')(value)) -}}
{% endmacro %}

{#- A histogram is in the order of its keys. -#}
{% macro default__most_frequent(value) -%}
    list_reduce(
            map_entries(histogram({{ value }})),
            lambda best, entry: case when entry.value > best.value then entry else best end
        ).key
{%- endmacro %}

{% macro spark__most_frequent(value) -%}
    mode({{ value }}, true)
{%- endmacro %}
