-- The ledger starts at the input, and where its first half ends invoice_lines stands. Invoices and customers are
-- counted in int_invoice_fates, which meets staging and invoice_lines line by line in tests of their own.
with

ledger as (
    select
        'input' as place,
        lines_before as n_lines,
        invoices_before as n_invoices,
        customers_before as n_customers,
        value_before as line_amount
    from {{ ref('cleaning_ledger') }}
    where rule_number = 1
    union all
    select
        'invoice_lines' as place,
        lines_after as n_lines,
        invoices_after as n_invoices,
        customers_after as n_customers,
        value_after as line_amount
    from {{ ref('cleaning_ledger') }}
    where rule = 'free_goods'
),

fates as (
    select
        invoice_number,
        customer_id,
        case when first_date is not null then 1 else 0 end as is_counted
    from {{ ref('int_invoice_fates') }}
),

lines as (
    select
        'input' as place,
        count(*) as n_lines,
        coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('base_invoice_lines') }}
    union all
    select
        'invoice_lines' as place,
        count(*) as n_lines,
        coalesce(sum(line_amount), 0) as line_amount
    from {{ ref('invoice_lines') }}
),

each_invoice as (
    select max(is_counted) as is_counted
    from fates
    where invoice_number is not null
    group by invoice_number
),

each_customer as (
    select max(is_counted) as is_counted
    from fates
    where customer_id is not null
    group by customer_id
),

invoices as (
    select
        count(*) as n_of_input,
        coalesce(sum(is_counted), 0) as n_counted
    from each_invoice
),

customers as (
    select
        count(*) as n_of_input,
        coalesce(sum(is_counted), 0) as n_counted
    from each_customer
),

found as (
    select
        lines.place,
        lines.n_lines,
        lines.line_amount,
        case when lines.place = 'input' then invoices.n_of_input else invoices.n_counted end as n_invoices,
        case when lines.place = 'input' then customers.n_of_input else customers.n_counted end as n_customers
    from lines
    cross join invoices
    cross join customers
)

select
    found.place,
    ledger.n_lines as lines_in_ledger,
    ledger.n_invoices as invoices_in_ledger,
    ledger.n_customers as customers_in_ledger,
    ledger.line_amount as amount_in_ledger,
    found.n_lines,
    found.n_invoices,
    found.n_customers,
    found.line_amount
from found
left join ledger
    on found.place = ledger.place
where
    ledger.n_lines is distinct from found.n_lines
    or ledger.n_invoices is distinct from found.n_invoices
    or ledger.n_customers is distinct from found.n_customers
    or ledger.line_amount is distinct from found.line_amount
