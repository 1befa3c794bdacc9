{#- What DuckDB and Spark write differently about lists and records. -#}


{#- An element of a list, null beyond its end. Arguments: list, position (from 1). -#}
{% macro list_element(list, position) %}
    {{- return(adapter.dispatch('list_element')(list, position)) -}}
{% endmacro %}

{% macro default__list_element(list, position) -%}
    {{ list }}[{{ position }}]
{%- endmacro %}

{% macro spark__list_element(list, position) -%}
    get({{ list }}, {{ position - 1 }})
{%- endmacro %}


{#- Fields under their names. Arguments: fields, name -> expression. -#}
{% macro record(fields) %}
    {{- return(adapter.dispatch('record')(fields)) -}}
{% endmacro %}

{% macro default__record(fields) -%}
    { {%- for name, value in fields.items() %} '{{ name }}': {{ value }}{{ ',' if not loop.last }}{% endfor %} }
{%- endmacro %}

{% macro spark__record(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}


{#- A list of these values. Arguments: values (expressions), type of an empty one. -#}
{% macro list_of(values, empty_type) %}
    {{- return(adapter.dispatch('list_of')(values, empty_type)) -}}
{% endmacro %}

{% macro default__list_of(values, empty_type) -%}
    {{ '[' ~ values | join(', ') ~ ']' if values else 'cast([] as ' ~ empty_type ~ '[])' }}
{%- endmacro %}

{% macro spark__list_of(values, empty_type) -%}
    {{ 'array(' ~ values | join(', ') ~ ')' if values else 'cast(array() as array<' ~ empty_type ~ '>)' }}
{%- endmacro %}


{#- The type of a record. Arguments: fields, name -> type. -#}
{% macro record_type(fields) %}
    {{- return(adapter.dispatch('record_type')(fields)) -}}
{% endmacro %}

{% macro default__record_type(fields) -%}
    struct({% for name, type in fields.items() %}{{ name }} {{ type }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro spark__record_type(fields) -%}
    struct<{% for name, type in fields.items() %}{{ name }}: {{ type }}{{ ', ' if not loop.last }}{% endfor %}>
{%- endmacro %}


{#- One row per element of a list, in a list of columns. -#}
{% macro unnested(list) %}
    {{- return(adapter.dispatch('unnested')(list)) -}}
{% endmacro %}

{% macro default__unnested(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__unnested(list) -%}
    explode({{ list }})
{%- endmacro %}


{#-
    One row per element of two or more lists of one length, in a list of columns, with its position, from 1.
    Arguments: lists, name of the column -> list.
-#}
{% macro unnested_together(lists) %}
    {{- return(adapter.dispatch('unnested_together')(lists)) -}}
{% endmacro %}

{% macro default__unnested_together(lists) -%}
    {%- for name, list in lists.items() %}
        unnest({{ list }}) as {{ name }},
    {%- endfor %}
        unnest(range(1, len({{ lists.values() | first }}) + 1)) as position
{%- endmacro %}

{% macro spark__unnested_together(lists) -%}
    {%- set first = lists.values() | first -%}
        inline(arrays_zip(
            {{- lists.values() | join(', ') }}, case when size({{ first }}) > 0 then sequence(1, size({{ first }})) end
        )) as ({{ lists.keys() | join(', ') }}, position)
{%- endmacro %}


{#-
    The values of a group in a list, null where there is none.
    Arguments: value, position (column that they are ordered by), condition (which rows count).
-#}
{% macro listed_in_order(value, position, condition) %}
    {{- return(adapter.dispatch('listed_in_order')(value, position, condition)) -}}
{% endmacro %}

{% macro default__listed_in_order(value, position, condition) -%}
    list({{ value }} order by {{ position }}) filter (where {{ condition }})
{%- endmacro %}

{% macro spark__listed_in_order(value, position, condition) -%}
    case when max({{ condition }}) then transform(
        array_sort(collect_list(case when {{ condition }} then struct({{ position }} as place, {{ value }} as content) end)),
        element -> element.content
    ) end
{%- endmacro %}


{#- A text and those of a list, joined by commas. Arguments: text, list (of records), field. -#}
{% macro joined_by_commas(text, list, field) %}
    {{- return(adapter.dispatch('joined_by_commas')(text, list, field)) -}}
{% endmacro %}

{% macro default__joined_by_commas(text, list, field) -%}
    array_to_string(
        list_prepend({{ text }}, list_transform({{ list }}, lambda pair: coalesce(struct_extract(pair, '{{ field }}'), ''))), ','
    )
{%- endmacro %}

{% macro spark__joined_by_commas(text, list, field) -%}
    concat_ws(',', {{ text }}, transform({{ list }}, pair -> coalesce(pair.{{ field }}, '')))
{%- endmacro %}


{#- One row per day from the first to the last, in a list of columns. -#}
{% macro days_from_to(first, last) %}
    {{- return(adapter.dispatch('days_from_to')(first, last)) -}}
{% endmacro %}

{% macro default__days_from_to(first, last) -%}
    cast(unnest(range({{ first }}, {{ last }} + interval 1 day, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__days_from_to(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
{%- endmacro %}


{#-
    The two records of a group that come first, in a list; null where there are none.
    Arguments: fields, name -> expression; they are ordered by the first fields, of which no two rows are alike in
    the number given.
-#}
{% macro first_two_records(fields, n_ordering) %}
    {{- return(adapter.dispatch('first_two_records')(fields, n_ordering)) -}}
{% endmacro %}

{% macro default__first_two_records(fields, n_ordering) -%}
    min_by({{ record(fields) }}, {{ record(dict((fields.items() | list)[:n_ordering])) }}, 2)
{%- endmacro %}

{#- Records are sorted by their fields, one after the other. -#}
{% macro spark__first_two_records(fields, n_ordering) -%}
    case when count(*) > 0 then slice(array_sort(collect_list({{ record(fields) }})), 1, 2) end
{%- endmacro %}
