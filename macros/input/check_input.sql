{#-
    Stops the build before the first model where a var or the input is not usable, in one sentence;
    otherwise says what the reader noticed. Runs on-run-start, so the tables of the last build stay.
-#}
{% macro check_input() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'test'] -%}
        {%- if var('customer_attributes') -%}
            {{ exceptions.raise_compiler_error(
                'The var `customer_attributes` is ' ~ var('customer_attributes')
                ~ ', but this version does not read attributes yet: leave it null.'
            ) }}
        {%- endif -%}
        {%- set plan = input_plan() -%}
        {%- if plan.error -%}
            {{ exceptions.raise_compiler_error(plan.error) }}
        {%- endif -%}
        {%- for notice in plan.notices -%}
            {%- do log('Input: ' ~ notice, info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
