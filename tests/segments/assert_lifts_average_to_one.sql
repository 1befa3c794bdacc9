-- What is more common in one segment is rarer in another: over the segments, weighted by their customers, the lifts
-- of a country or product average to 1.
with

weighted as (
    select
        lifts.trait,
        lifts.trait_key,
        sum(lifts.lift * profiles.share_of_customers) as mean_lift
    from {{ ref('int_segment_lifts') }} as lifts
    inner join {{ ref('segment_profiles') }} as profiles
        on lifts.segment_id = profiles.segment_id
    group by lifts.trait, lifts.trait_key
)

select * from weighted
where abs(mean_lift - 1) > 1e-9
