{#- What DuckDB and Spark write differently about lists and records. -#}


{#- An element of a list, null beyond its end. Arguments: list, position (from 1). -#}
{% macro list_element(list, position) -%}
    {{ 'get(' ~ list ~ ', ' ~ (position - 1) ~ ')' if is_spark() else list ~ '[' ~ position ~ ']' }}
{%- endmacro %}


{#- Fields under their names. Arguments: fields, name -> expression. -#}
{% macro record(fields) -%}
    {%- set parts = [] -%}
    {%- for name, value in fields.items() -%}
        {%- do parts.append("'" ~ name ~ "'" ~ (', ' if is_spark() else ': ') ~ value) -%}
    {%- endfor -%}
    {{ 'named_struct(' ~ parts | join(', ') ~ ')' if is_spark() else '{' ~ parts | join(', ') ~ '}' }}
{%- endmacro %}


{#- A list of these values. Arguments: values (expressions), type of an empty one. -#}
{% macro list_of(values, empty_type) -%}
    {%- if values -%}
    {{ ('array(' if is_spark() else '[') ~ values | join(', ') ~ (')' if is_spark() else ']') }}
    {%- else -%}
    {{ 'cast(array() as array<' ~ empty_type ~ '>)' if is_spark() else 'cast([] as ' ~ empty_type ~ '[])' }}
    {%- endif -%}
{%- endmacro %}


{#- The type of a record. Arguments: fields, name -> type. -#}
{% macro record_type(fields) -%}
    {%- set parts = [] -%}
    {%- for name, type in fields.items() -%}
        {%- do parts.append(name ~ (': ' if is_spark() else ' ') ~ type) -%}
    {%- endfor -%}
    {{ 'struct<' ~ parts | join(', ') ~ '>' if is_spark() else 'struct(' ~ parts | join(', ') ~ ')' }}
{%- endmacro %}


{#- One row per element of a list, in a list of columns. -#}
{% macro unnested(list) -%}
    {{ 'explode(' if is_spark() else 'unnest(' }}{{ list }})
{%- endmacro %}


{#-
    One row per element of two or more lists of one length, in a list of columns, with its position, from 1.
    Arguments: lists, name of the column -> list.
-#}
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


{#-
    The values of a group in a list, null where there is none.
    Arguments: value, position (column that they are ordered by), condition (which rows count).
-#}
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


{#- A text and those of a list, joined by commas. Arguments: text, list (of records), field. -#}
{% macro joined_by_commas(text, list, field) -%}
    {%- if is_spark() -%}
    concat_ws(',', {{ text }}, transform({{ list }}, pair -> coalesce(pair.{{ field }}, '')))
    {%- else -%}
    array_to_string(
        list_prepend({{ text }}, list_transform({{ list }}, lambda pair: coalesce(struct_extract(pair, '{{ field }}'), ''))), ','
    )
    {%- endif -%}
{%- endmacro %}


{#- One row per day from the first to the last, in a list of columns. -#}
{% macro days_from_to(first, last) -%}
    {%- if is_spark() -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
    {%- else -%}
    cast(unnest(range({{ first }}, {{ last }} + interval 1 day, interval 1 day)) as date)
    {%- endif -%}
{%- endmacro %}


{#-
    The two records of a group that come first, in a list; null where there are none. Spark sorts records by their
    fields, one after the other.
    Arguments: fields, name -> expression; they are ordered by the first fields, of which no two rows are alike in
    the number given.
-#}
{% macro first_two_records(fields, n_ordering) -%}
    {%- if is_spark() -%}
    case when count(*) > 0 then slice(array_sort(collect_list({{ record(fields) }})), 1, 2) end
    {%- else -%}
    min_by({{ record(fields) }}, {{ record(dict((fields.items() | list)[:n_ordering])) }}, 2)
    {%- endif -%}
{%- endmacro %}


{#- The value on most rows of a group; ties by the alphabet. Arguments: value. -#}
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
