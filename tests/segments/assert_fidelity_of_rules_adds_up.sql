-- The fidelity of all rules is that of the segments' rules, weighted by their customers.
with

weighted as (
    select
        max(overall_rule_fidelity) as overall_rule_fidelity,
        min(overall_rule_fidelity) as least_overall_rule_fidelity,
        sum(rule_fidelity * n_customers) / sum(n_customers) as expected
    from {{ ref('segment_profiles') }}
    where n_customers > 0
)

select * from weighted
where
    abs(overall_rule_fidelity - expected) > 1e-9
    or least_overall_rule_fidelity <> overall_rule_fidelity
    or overall_rule_fidelity is null and expected is not null
