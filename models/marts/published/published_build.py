def model(dbt, session):
    import json

    from dbt.adapters.events.logging import AdapterLogger

    from publishing import Disclosure, Schema, publish, published_link, published_now, published_row

    # Set by the pre-hook, which dbt renders when the model runs; this file is rendered once and then cached.
    variables = session.sql("select getvariable('published_tables'), getvariable('input_checksum')")
    published_tables, input_checksum = variables.fetchone()
    if published_tables is None:
        return published_row(published_now(published_link()))

    # A connection of its own: one transaction cannot write to two databases.
    with session.cursor() as connection:
        publication = publish(
            connection,
            Schema(dbt.this.database, dbt.this.schema),
            published_link(),
            json.loads(published_tables),
            publish_report=dbt.config.meta_get("publish_report"),
            input_checksum=input_checksum,
            currency=dbt.config.meta_get("currency"),
            disclosure=Disclosure(
                pseudonymous=dbt.config.meta_get("pseudonymize_customer_ids"),
                minimum_customers=dbt.config.meta_get("minimum_published_customers"),
            ),
        )
    for message in publication.messages:
        AdapterLogger("Publishing").info(message)
    return published_row(publication.manifest)
