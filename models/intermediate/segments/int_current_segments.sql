with

versions as (
    select * from {{ ref('segment_model') }}
),

scores as (
    select * from {{ ref('int_customer_scores') }}
),

customers as (
    select * from {{ ref('customer_rfm') }}
),

last_version as (
    select max(version_number) as version_number
    from versions
),

segment_amounts as (
    select
        scores.segment_id,
        count(*) as n_customers,
        sum(customers.monetary) as monetary
    from scores
    inner join customers
        on scores.customer_id = customers.customer_id
    group by scores.segment_id
),

segments as (
    select
        versions.*,
        coalesce(segment_amounts.n_customers, 0) as n_customers,
        coalesce(segment_amounts.monetary, 0.00) as monetary
    from versions
    inner join last_version
        on versions.version_number = last_version.version_number
    left join segment_amounts
        on versions.segment_id = segment_amounts.segment_id
),

ranked as (
    select
        model_version,
        version_number,
        segment_id,
        segment_key,
        segment_name,
        centroid,
        features,
        feature_transform,
        lambdas,
        means,
        scales,
        n_customers,
        monetary,
        -- By mean monetary, which a float of 15 digits separates as far as a reader could.
        cast(row_number() over (
            order by
                case when n_customers > 0 then cast(monetary as double) / n_customers end desc nulls last,
                segment_id
        ) as integer) as value_rank
    from segments
)

select * from ranked
