{#- What DuckDB and Spark write differently about lists and records. -#}

{% macro list_element(list, position) -%}
    {{ 'get(' ~ list ~ ', ' ~ (position - 1) ~ ')' if is_spark() else list ~ '[' ~ position ~ ']' }}
{%- endmacro %}

{% macro record(fields) -%}
    {%- set parts = [] -%}
    {%- for name, value in fields.items() -%}
        {%- do parts.append("'" ~ name ~ "'" ~ (', ' if is_spark() else ': ') ~ value) -%}
    {%- endfor -%}
    {{ 'named_struct(' ~ parts | join(', ') ~ ')' if is_spark() else '{' ~ parts | join(', ') ~ '}' }}
{%- endmacro %}

{% macro list_of(values, empty_type) -%}
    {%- if values -%}
    {{ ('array(' if is_spark() else '[') ~ values | join(', ') ~ (')' if is_spark() else ']') }}
    {%- else -%}
    {{ 'cast(array() as array<' ~ empty_type ~ '>)' if is_spark() else 'cast([] as ' ~ empty_type ~ '[])' }}
    {%- endif -%}
{%- endmacro %}

{% macro record_type(fields) -%}
    {%- set parts = [] -%}
    {%- for name, type in fields.items() -%}
        {%- do parts.append(name ~ (': ' if is_spark() else ' ') ~ type) -%}
    {%- endfor -%}
    {{ 'struct<' ~ parts | join(', ') ~ '>' if is_spark() else 'struct(' ~ parts | join(', ') ~ ')' }}
{%- endmacro %}

{% macro unnested(list) -%}
    {{ 'explode(' if is_spark() else 'unnest(' }}{{ list }})
{%- endmacro %}

{% macro unnested_together(lists) -%}
    {%- set first = lists.values() | first -%}
    {%- if is_spark() -%}
    inline(arrays_zip(
            {{- lists.values() | join(', ') }}, case when size({{ first }}) > 0 then sequence(1, size({{ first }})) end
        )) as ({{ lists.keys() | join(', ') }}, position)
    {%- else -%}
    {%- for name, list in lists.items() %}
        unnest({{ list }}) as {{ name }},
    {%- endfor %}
        unnest(range(1, len({{ first }}) + 1)) as position
    {%- endif -%}
{%- endmacro %}

{% macro listed_in_order(value, position, condition) -%}
    {%- if is_spark() -%}
    case when max({{ condition }}) then transform(
        array_sort(collect_list(case when {{ condition }} then struct({{ position }} as place, {{ value }} as content) end)),
        element -> element.content
    ) end
    {%- else -%}
    list({{ value }} order by {{ position }}) filter (where {{ condition }})
    {%- endif -%}
{%- endmacro %}

{% macro joined_by_commas(text, list, field) -%}
    {%- if is_spark() -%}
    concat_ws(',', {{ text }}, transform({{ list }}, pair -> coalesce(pair.{{ field }}, '')))
    {%- else -%}
    array_to_string(
        list_prepend({{ text }}, list_transform({{ list }}, lambda pair: coalesce(struct_extract(pair, '{{ field }}'), ''))), ','
    )
    {%- endif -%}
{%- endmacro %}

{% macro days_from_to(first, last) -%}
    {%- if is_spark() -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
    {%- else -%}
    cast(unnest(range({{ first }}, {{ last }} + interval 1 day, interval 1 day)) as date)
    {%- endif -%}
{%- endmacro %}

{% macro first_two_records(fields, n_ordering) -%}
    {%- if is_spark() -%}
    case when count(*) > 0 then slice(array_sort(collect_list({{ record(fields) }})), 1, 2) end
    {%- else -%}
    min_by({{ record(fields) }}, {{ record(dict((fields.items() | list)[:n_ordering])) }}, 2)
    {%- endif -%}
{%- endmacro %}

{% macro most_frequent(value) -%}
    {%- if is_spark() -%}
    mode({{ value }}, true)
    {%- else -%}
    struct_extract(
            list_min(
                list_transform(
                    map_entries(histogram({{ value }})),
                    lambda entry: { 'n_fewer': -cast(entry.value as bigint), 'value': entry.key }
                )
            ),
            'value'
        )
    {%- endif -%}
{%- endmacro %}
