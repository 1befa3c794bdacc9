def model(dbt, session):
    from mart_arrays import customer_arrays, fetch_rows, last_segment_model, segment_model_table
    from segmentation.model import fit_segment_model
    from segmentation.refit import is_refit_due

    dbt.config(materialized="incremental", incremental_strategy="append")
    features = dbt.config.meta_get("segmentation_features")
    kind = dbt.config.meta_get("feature_transform")
    refit = dbt.config.meta_get("refit")
    customers = dbt.ref("customer_rfm")
    chosen = dbt.ref("segment_k_scan").filter("is_chosen").project("k").fetchone()
    n_segments = dbt.config.meta_get("n_segments") or (chosen[0] if chosen else 1)

    # A full refresh replaces the table, but segments keep their identity: the last version is read first.
    previous = last_segment_model(session, dbt.this.database, dbt.this.schema, dbt.this.identifier)
    if not is_refit_due(previous, refit, features, kind, n_segments, dbt.is_incremental):
        return segment_model_table([])

    fitted = customer_arrays(customers, features, for_fit=True, outliers=dbt.config.meta_get("outliers"))
    model = fit_segment_model(
        fitted.values,
        features=features,
        kind=kind,
        n_segments=n_segments,
        random_seed=dbt.config.meta_get("random_seed"),
        monetary_for_order=fitted.monetary,
        playbook=fetch_rows(dbt.ref("segment_playbook")),
        previous=previous,
        fitted_as_of=customers.aggregate("max(as_of_date)").fetchone()[0],
    )
    is_known = dbt.is_incremental and previous and previous.version_number == model.version_number
    return segment_model_table([] if is_known else model.to_rows())
