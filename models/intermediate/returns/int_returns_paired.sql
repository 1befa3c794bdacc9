with

events as (
    select * from {{ ref('int_return_events') }}
),

pairs as (
    select * from {{ ref('int_return_pairs') }}
),

-- What a return has left after its pairs; -1 stands for "no sale", so that the key has no null.
unpaired as (
    select
        events.customer_id,
        events.product_code,
        -1 as sale_position,
        events.position as return_position,
        cast(events.quantity - coalesce(sum(pairs.quantity), 0) as bigint) as quantity
    from events
    left join pairs
        on
            events.customer_id = pairs.customer_id
            and events.product_code = pairs.product_code
            and events.position = pairs.return_position
    where events.is_return
    group by events.customer_id, events.product_code, events.position, events.quantity
    having events.quantity > coalesce(sum(pairs.quantity), 0)
),

pieces as (
    select * from pairs
    union all
    select * from unpaired
),

-- Values are differences of running values, so that the pieces of a line add up to the line to the penny.
running as (
    select
        *,
        sum(quantity) over (
            partition by customer_id, product_code, sale_position
            order by return_position
            rows between unbounded preceding and current row
        ) as returned_so_far,
        sum(quantity) over (
            partition by customer_id, product_code, return_position
            order by sale_position desc
            rows between unbounded preceding and current row
        ) as paired_so_far
    from pieces
),

returns_paired as (
    select
        running.customer_id,
        running.product_code,
        returned.source_file as return_source_file,
        returned.source_line as return_source_line,
        sale.source_file as sale_source_file,
        sale.source_line as sale_source_line,
        running.quantity,
        {{ line_value('running.paired_so_far', 'returned.unit_price') }}
        - {{ line_value('(running.paired_so_far - running.quantity)', 'returned.unit_price') }} as amount_at_return_price,
        {{ line_value('running.returned_so_far', 'sale.unit_price') }}
        - {{ line_value('(running.returned_so_far - running.quantity)', 'sale.unit_price') }} as amount_at_sale_price,
        running.sale_position >= 0 as is_paired
    from running
    inner join events as returned
        on
            running.customer_id = returned.customer_id
            and running.product_code = returned.product_code
            and running.return_position = returned.position
    left join events as sale
        on
            running.customer_id = sale.customer_id
            and running.product_code = sale.product_code
            and running.sale_position = sale.position
)

select * from returns_paired
