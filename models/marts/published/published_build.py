def model(dbt, session):
    from dbt.adapters.events.logging import AdapterLogger

    from publishing import Disclosure, Schema, publish, published_link, published_now, published_row

    # dbt skips only what is below a failed test, so every published table is a parent.
    dbt.ref("cleaning_ledger")
    dbt.ref("clustering_comparison")
    dbt.ref("country_segments")
    dbt.ref("customer_attributes")
    dbt.ref("customer_clusters")
    dbt.ref("customer_rfm")
    dbt.ref("customer_segments")
    dbt.ref("invoice_lines")
    dbt.ref("product_segments")
    dbt.ref("rejected_customer_attributes")
    dbt.ref("rejected_customer_records")
    dbt.ref("rejected_invoice_lines")
    dbt.ref("rfm_score_cut_points")
    dbt.ref("segment_attribute_profiles")
    dbt.ref("segment_drift")
    dbt.ref("segment_history")
    dbt.ref("segment_k_scan")
    dbt.ref("segment_migration")
    dbt.ref("segment_model")
    dbt.ref("segment_profiles")

    # Set by the pre-hook, which dbt renders when the model runs; this file is rendered once and then cached.
    variables = session.sql("select getvariable('may_publish'), getvariable('input_checksum')")
    may_publish, input_checksum = variables.fetchone()
    if not may_publish:
        return published_row(published_now(published_link()))

    # A connection of its own: one transaction cannot write to two databases.
    with session.cursor() as connection:
        publication = publish(
            connection,
            Schema(dbt.this.database, dbt.this.schema),
            published_link(),
            publish_lines=dbt.config.meta_get("publish_lines"),
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
