{#-
    CTEs that end in `distances`: each segment with its Euclidean distance in z-scores to the customer whose
    features are given. The same arithmetic as FeatureTransformer in python/segmentation/features.py.
    Arguments: name of the CTE of segments, features (SQL expressions of doubles, in the model's order).
-#}
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


{#-
    A feature as K-Means sees it, before standardising; Yeo-Johnson with the fitted lambda.
    Arguments: value (expression), position of the feature, from 1.
-#}
{% macro transformed_feature(value, position) -%}
    {%- set lambda = list_element('lambdas', position) -%}
    case
        when feature_transform = 'log1p' then ln(1 + {{ value }})
        when feature_transform = 'none' then {{ value }}
        when {{ value }} >= 0 and {{ lambda }} = 0 then ln(1 + {{ value }})
        when {{ value }} >= 0 then (pow(1 + {{ value }}, {{ lambda }}) - 1) / {{ lambda }}
        when {{ lambda }} = 2 then -ln(1 - {{ value }})
        else -(pow(1 - {{ value }}, 2 - {{ lambda }}) - 1) / (2 - {{ lambda }})
    end
{%- endmacro %}
