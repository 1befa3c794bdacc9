{% macro say_which_attributes_are_private() %}
    {%- if is_building() -%}
        {%- set query = 'select attribute from ' ~ this ~ ' where is_private order by attribute' -%}
        {%- set names = run_query(query).columns[0].values() | reject('in', var('segmentation_features')) | list -%}
        {%- if names -%}
            {%- do log('Attributes of single persons, left out of profiles and report: ' ~ names | join(', ') ~ '.', info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
