{% macro recorded_migration() %}
    {{ return(adapter.get_relation(target.database, target.schema, 'segment_migration') if is_building() else none) }}
{% endmacro %}

{% macro reopen_history() %}
    {%- if is_building() and load_cached_relation(this) %}
        {%- set last_kept -%}
            (
                select coalesce(max(previous_as_of_date), max(as_of_date) - 1)
                from {{ ref('int_segment_moves') }}
            )
        {%- endset %}
        {%- if is_spark() -%}
            {{ return(spark_take_back_history(last_kept)) }}
        {%- endif %}
    delete from {{ this }}
    where valid_from > {{ last_kept }};

    update {{ this }}
    set valid_to = null, ended_because = null
    where valid_to > {{ last_kept }};
    {%- endif %}
{% endmacro %}

{% macro spark_take_back_history(last_kept) %}
    {%- set kept_rows -%}
        select
            recorded.* except (valid_to, ended_because),
            case when recorded.valid_to > kept.last_kept then null else recorded.valid_to end as valid_to,
            case when recorded.valid_to > kept.last_kept then null else recorded.ended_because end as ended_because
        from {{ this }} as recorded
        cross join (select {{ last_kept }} as last_kept) as kept
        where coalesce(recorded.valid_from <= kept.last_kept, true)
    {%- endset -%}
    {%- do rewrite(this, kept_rows) -%}
{% endmacro %}

{% macro say_what_is_not_recorded() %}
    {%- if is_building() -%}
        {%- set query -%}
            select
                (select cast(max(as_of_date) as string) from {{ ref('customer_segments') }}),
                (select cast(max(as_of_date) as string) from {{ ref('int_segment_snapshots') }})
        {%- endset -%}
        {%- set today, newest = run_query(query).rows[0] -%}
        {%- if newest and today and today < newest -%}
            {%- do log(
                'segment_history stays as it is: this build is as of ' ~ today ~ ', and the last one in it is as of '
                ~ newest ~ '. For the data of another shop, name another database in SEGMENTATION_DATABASE.',
                info=true
            ) -%}
        {%- elif not today -%}
            {%- do log(
                'segment_history stays as it is: the customers carry no date. Set the var `as_of_date`.', info=true
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
