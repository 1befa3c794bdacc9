{% macro cut_points_below(value, cut_point) %}
    (
        {%- for number in range(1, 5) %}
        case when {{ cut_point }}_{{ number }} < {{ value }} then 1 else 0 end
        {{- ' +' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
