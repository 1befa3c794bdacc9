{#-
    A select of what one column of invoice_lines earns: sales plus all returns, guests included, charges not.
    Arguments: key (expression over invoice_lines), name of the key.
-#}
{% macro revenue_by(key, name) %}
with

lines as (
    select
        coalesce({{ key }}, 'Unspecified') as {{ name }},
        line_type,
        invoice_number,
        customer_id,
        line_amount
    from {{ ref('invoice_lines') }}
    where line_type in ('sale', 'return')
),

measured as (
    select
        {{ name }},
        cast(sum(line_amount) as decimal(18, 2)) as revenue,
        cast(sum(case when line_type = 'sale' then line_amount else 0 end) as decimal(18, 2)) as sold_amount,
        cast(-sum(case when line_type = 'return' then line_amount else 0 end) as decimal(18, 2)) as sent_back_amount,
        count(distinct case when line_type = 'sale' then invoice_number end) as n_orders,
        count(distinct customer_id) as n_customers
    from lines
    group by {{ name }}
),

with_ratios as (
    select
        *,
        case when n_orders > 0 then {{ divided_amount('sold_amount', 'n_orders') }} end as avg_order_value,
        case
            when sold_amount > 0 then cast(sent_back_amount as double) / cast(sold_amount as double)
        end as return_rate
    from measured
)

select * from with_ratios
{% endmacro %}


{#-
    A select of what the customers of each segment bought by one column of invoice_lines, before returns.
    Arguments: name of the column, which is the key.
-#}
{% macro segment_sales(name) %}
with

-- One row per customer and key: far fewer than lines.
customer_sales as (
    select
        coalesce({{ name }}, 'Unspecified') as {{ name }},
        customer_id,
        sum(line_amount) as amount
    from {{ ref('invoice_lines') }}
    where line_type = 'sale' and is_attributed
    group by coalesce({{ name }}, 'Unspecified'), customer_id
),

segment_sales as (
    select
        customer_sales.{{ name }},
        customer_segments.segment_id,
        customer_segments.segment_name,
        count(*) as n_buyers,
        cast(sum(customer_sales.amount) as decimal(18, 2)) as amount
    from customer_sales
    inner join {{ ref('customer_segments') }} as customer_segments
        on customer_sales.customer_id = customer_segments.customer_id
    group by customer_sales.{{ name }}, customer_segments.segment_id, customer_segments.segment_name
)

select * from segment_sales
{% endmacro %}


{#-
    CTEs that put tier, shares and classes beside the measures of `revenue_by`; the last is `classified`.
    Shares are of the positive revenue, so that they add up to 1 where a key only has returns.
    Arguments: measures (model), tiers (model), sales (model of `segment_sales`), name of the key.
-#}
{% macro classified_revenue(measures, tiers, sales, name) %}
measures as (
    select * from {{ ref(measures) }}
),

tiers as (
    select * from {{ ref(tiers) }}
),

shares as (
    select
        measures.*,
        tiers.tier,
        cast(row_number() over (order by measures.revenue desc, measures.{{ name }}) as integer) as revenue_rank,
        greatest(measures.revenue, 0.00) as positive_revenue,
        sum(greatest(measures.revenue, 0.00)) over () as total_revenue,
        sum(greatest(measures.revenue, 0.00)) over (
            order by measures.revenue desc, measures.{{ name }}
            rows between unbounded preceding and current row
        ) as cumulative_revenue
    from measures
    inner join tiers
        on measures.{{ name }} = tiers.revenue_key
),

classified as (
    select
        *,
        case when total_revenue > 0 then cast(positive_revenue as double) / cast(total_revenue as double) end
            as share_of_revenue,
        case when total_revenue > 0 then cast(cumulative_revenue as double) / cast(total_revenue as double) end
            as cumulative_share_of_revenue,
        -- The first that reaches 80 % is still A, the first that reaches 95 % still B.
        case
            when cumulative_revenue - positive_revenue < 0.8 * total_revenue then 'A'
            when cumulative_revenue - positive_revenue < 0.95 * total_revenue then 'B'
            else 'C'
        end as abc_class
    from shares
),

segment_sales as (
    select * from {{ ref(sales) }}
),

segment_shares as (
    select
        *,
        cast(amount as double) / nullif(cast(sum(amount) over (partition by {{ name }}) as double), 0) as share,
        sum(amount) over (partition by {{ name }}) as total_amount
    from segment_sales
),

segment_mix as (
    select
        {{ name }},
        {{ joined_in_order("segment_name || ' ' || " ~ percent_of('amount', 'total_amount'), ', ', 'share desc, segment_id') }}
            as segment_mix
    from segment_shares
    group by {{ name }}
)
{% endmacro %}
