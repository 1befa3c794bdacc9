{% macro distances_to_centroids(segments, features) %}
distances as (
    select
        *,
        sqrt(
            {%- for feature in features %}
            pow(
                ({{ transformed_feature(feature, loop.index) }} - {{ list_element('means', loop.index) }})
                / {{ list_element('scales', loop.index) }} - {{ list_element('centroid', loop.index) }},
                2
            )
            {{- ' +' if not loop.last }}
            {%- endfor %}
        ) as distance
    from {{ segments }}
)
{%- endmacro %}

{% macro transformed_feature(value, position) -%}
    {%- set lambda = list_element('lambdas', position) -%}
    case
        when feature_transform = 'log1p' then case when {{ value }} >= 0 then ln(1 + {{ value }}) end
        when feature_transform = 'none' then {{ value }}
        when {{ value }} >= 0 and {{ lambda }} = 0 then ln(1 + {{ value }})
        when {{ value }} >= 0 then (pow(1 + {{ value }}, {{ lambda }}) - 1) / {{ lambda }}
        when {{ lambda }} = 2 then -ln(1 - {{ value }})
        else -(pow(1 - {{ value }}, 2 - {{ lambda }}) - 1) / (2 - {{ lambda }})
    end
{%- endmacro %}
