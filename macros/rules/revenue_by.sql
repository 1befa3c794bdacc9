{#-
    What the lines of a group sold and sent back, in a list of columns; null where there was no such line. Sales count
    before returns, charges and discounts not at all.
-#}
{% macro bought_amounts() -%}
    cast(sum(case when line_type = 'sale' then line_amount end) as decimal(18, 2)) as sold_amount,
        cast(-sum(case when line_type = 'return' then line_amount end) as decimal(18, 2)) as sent_back_amount
{%- endmacro %}


{#-
    A select of what one column of invoice_lines earns on each day: sales and all returns, guests included, charges
    not. Days can be added up, but for orders whose lines lie on several. Arguments: name of the column.
-#}
{% macro revenue_by_day(name) %}
with

lines as (
    select * from {{ lines_of_changes(ref('invoice_lines')) }}
    where
        line_type in ('sale', 'return')
        and {{ is_of_changed('invoice_date') }}
),

days as (
    select
        coalesce({{ name }}, 'Unspecified') as {{ name }},
        invoice_date,
        {{ bought_amounts() }},
        count(distinct case when line_type = 'sale' then invoice_number end) as n_orders
    from lines
    group by coalesce({{ name }}, 'Unspecified'), invoice_date
)

select * from days
{% endmacro %}


{#-
    A select of what one column of invoice_lines earns: sales plus all returns, guests included, charges not.
    Arguments: name of the column, which is the key; days (model of `revenue_by_day`); amounts (model, one row per
    customer and key).
-#}
{% macro revenue_by(name, days, amounts) %}
with

days as (
    select * from {{ ref(days) }}
),

customers as (
    select
        {{ name }},
        count(*) as n_customers
    from {{ ref(amounts) }}
    where sold_amount is not null or sent_back_amount is not null
    group by {{ name }}
),

-- An order of two days is in both, and is one order.
days_of_orders as (
    select
        coalesce(lines.{{ name }}, 'Unspecified') as {{ name }},
        lines.invoice_number,
        count(distinct lines.invoice_date) - 1 as n_further_days
    from {{ ref('invoice_lines') }} as lines
    inner join {{ ref('int_invoices_of_several_days') }} as several
        on lines.invoice_number = several.invoice_number
    where lines.line_type = 'sale'
    group by coalesce(lines.{{ name }}, 'Unspecified'), lines.invoice_number
),

further_days as (
    select
        {{ name }},
        sum(n_further_days) as n_further_days
    from days_of_orders
    group by {{ name }}
),

added_up as (
    select
        {{ name }},
        cast(coalesce(sum(sold_amount), 0) as decimal(18, 2)) as sold_amount,
        cast(coalesce(sum(sent_back_amount), 0) as decimal(18, 2)) as sent_back_amount,
        cast(sum(n_orders) as bigint) as n_orders
    from days
    group by {{ name }}
),

measured as (
    select
        added_up.{{ name }},
        cast(added_up.sold_amount - added_up.sent_back_amount as decimal(18, 2)) as revenue,
        added_up.sold_amount,
        added_up.sent_back_amount,
        cast(added_up.n_orders - coalesce(further_days.n_further_days, 0) as bigint) as n_orders,
        coalesce(customers.n_customers, 0) as n_customers
    from added_up
    left join customers
        on added_up.{{ name }} = customers.{{ name }}
    left join further_days
        on added_up.{{ name }} = further_days.{{ name }}
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
    Arguments: name of the column, which is the key; amounts (model, one row per customer and key).
-#}
{% macro segment_sales(name, amounts) %}
with

customer_sales as (
    select * from {{ ref(amounts) }}
    where sold_amount is not null
),

segment_sales as (
    select
        customer_sales.{{ name }},
        customer_segments.segment_id,
        customer_segments.segment_name,
        count(*) as n_buyers,
        cast(sum(customer_sales.sold_amount) as decimal(18, 2)) as amount
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
