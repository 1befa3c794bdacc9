{#- A select that pairs returns with the sales they cancel, as brackets are paired, in rounds over all customers and
    products at once: in a round every run of sales meets the run of returns right after it, from the
    inside out. What one side has left over goes into the next round. The number of runs at least halves
    each time, so a million events of one customer and product take at most 20 rounds. -#}
{% macro return_pairs() %}
    {{- return(adapter.dispatch('return_pairs')()) -}}
{% endmacro %}


{% macro default__return_pairs() -%}
with recursive

events as (
    select * from {{ ref('int_return_events') }}
    where {{ is_of_changed('customer_id') }}
),

rounds as (
    select
        customer_id,
        product_code,
        position as sale_position,
        position as return_position,
        quantity,
        is_return,
        false as is_pair
    from events

    union all

    (
        with

        -- A block is a run of sales and the run of returns right after it.
        starts as (
            select
                customer_id,
                product_code,
                sale_position as position,
                quantity,
                is_return,
                case
                    when not is_return and lag(is_return, 1, true) over (
                        partition by customer_id, product_code order by sale_position
                    ) then 1
                    else 0
                end as is_block_start
            from rounds
            where not is_pair
        ),

        blocks as (
            select
                *,
                sum(is_block_start) over (
                    partition by customer_id, product_code order by position
                    rows between unbounded preceding and current row
                ) as block
            from starts
        ),

        -- Depth 0 is where sales and returns of the block touch; each event covers start_depth to end_depth.
        depths as (
            select
                *,
                sum(quantity) over (
                    partition by customer_id, product_code, block, is_return
                    order by case when is_return then position else -position end
                    rows between unbounded preceding and current row
                ) as end_depth,
                sum(case when is_return then 0 else quantity end) over (
                    partition by customer_id, product_code, block
                ) as sold_quantity,
                sum(case when is_return then quantity else 0 end) over (
                    partition by customer_id, product_code, block
                ) as back_quantity
            from blocks
        ),

        -- One row per depth at which an event begins; the sale and the return at that depth are the last to have begun.
        cuts as (
            select
                customer_id,
                product_code,
                block,
                end_depth - quantity as start_depth,
                min(case when not is_return then position end) as sale_position,
                min(case when is_return then position end) as return_position,
                min(least(sold_quantity, back_quantity)) as paired_depth
            from depths
            where end_depth - quantity < least(sold_quantity, back_quantity)
            group by customer_id, product_code, block, end_depth - quantity
        ),

        pairs as (
            select
                customer_id,
                product_code,
                last_value(sale_position ignore nulls) over up_to_here as sale_position,
                last_value(return_position ignore nulls) over up_to_here as return_position,
                lead(start_depth, 1, paired_depth) over (
                    partition by customer_id, product_code, block order by start_depth
                ) - start_depth as quantity
            from cuts
            window up_to_here as (
                partition by customer_id, product_code, block order by start_depth
                rows between unbounded preceding and current row
            )
        ),

        left_over as (
            select
                customer_id,
                product_code,
                position,
                is_return,
                least(quantity, end_depth - least(sold_quantity, back_quantity)) as quantity
            from depths
            where end_depth > least(sold_quantity, back_quantity)
        ),

        -- Returns before the first sale and sales after the last return have nothing left to meet.
        with_partner as (
            select
                *,
                min(case when not is_return then position end) over (
                    partition by customer_id, product_code
                ) as first_sale_position,
                max(case when is_return then position end) over (
                    partition by customer_id, product_code
                ) as last_return_position
            from left_over
        )

        select
            customer_id,
            product_code,
            sale_position,
            return_position,
            quantity,
            null as is_return,
            true as is_pair
        from pairs

        union all

        select
            customer_id,
            product_code,
            position as sale_position,
            position as return_position,
            quantity,
            is_return,
            false as is_pair
        from with_partner
        where position between first_sale_position and last_return_position
    )
),

final as (
    select
        customer_id,
        product_code,
        sale_position,
        return_position,
        cast(quantity as bigint) as quantity
    from rounds
    where is_pair
)

select * from final
{%- endmacro %}


{#- Spark's recursion knows no aggregates. Here the stock of a customer and product is cut at every level it ever
    stood at: between two levels sales and returns alternate, so that a return takes the sale before it. One
    row per event and level that it passes: the square of the events in the worst case. -#}
{% macro spark__return_pairs() -%}
with

events as (
    select * from {{ ref('int_return_events') }}
    where {{ is_of_changed('customer_id') }}
),

sums as (
    select
        *,
        sum(case when is_return then -quantity else quantity end) over so_far as running_sum
    from events
    window so_far as (
        partition by customer_id, product_code order by position
        rows between unbounded preceding and current row
    )
),

-- What is left to be returned after an event; a return of more than that takes all there is.
stocks as (
    select
        *,
        running_sum - least(0, min(running_sum) over (
            partition by customer_id, product_code order by position
            rows between unbounded preceding and current row
        )) as stock
    from sums
),

passed as (
    select
        *,
        lag(stock, 1, 0) over (partition by customer_id, product_code order by position) as stock_before
    from stocks
),

levels as (
    select
        customer_id,
        product_code,
        stock as level
    from passed
    union
    select
        customer_id,
        product_code,
        0 as level
    from passed
),

steps as (
    select
        customer_id,
        product_code,
        level as lower_level,
        lead(level) over (partition by customer_id, product_code order by level) as upper_level
    from levels
),

passages as (
    select
        passed.customer_id,
        passed.product_code,
        passed.position,
        passed.is_return,
        steps.upper_level - steps.lower_level as quantity,
        lag(passed.position) over (
            partition by passed.customer_id, passed.product_code, steps.lower_level
            order by passed.position
        ) as previous_position
    from passed
    inner join steps
        on
            passed.customer_id = steps.customer_id
            and passed.product_code = steps.product_code
            and steps.lower_level >= least(passed.stock_before, passed.stock)
            and steps.upper_level <= greatest(passed.stock_before, passed.stock)
),

final as (
    select
        customer_id,
        product_code,
        previous_position as sale_position,
        position as return_position,
        cast(sum(quantity) as bigint) as quantity
    from passages
    where is_return
    group by customer_id, product_code, previous_position, position
)

select * from final
{%- endmacro %}
