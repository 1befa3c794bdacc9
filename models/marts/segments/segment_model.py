def model(dbt, session):
    from python_models import customer_arrays, feature_names, fetch_rows, fetch_value, flagged_features
    from python_models.tables import last_segment_model, segment_model_table
    from segmentation.refit import FitSettings, next_segment_model

    dbt.config(materialized="incremental", incremental_strategy="append")
    refit = dbt.config.meta_get("refit")
    # A full refresh replaces the table, but segments keep their identity: the last version is read first.
    previous = last_segment_model(session, dbt.this)
    if refit == "never" and dbt.is_incremental and previous is not None:
        return segment_model_table([])
    features = feature_names(dbt.ref("int_segmentation_features"))
    # In statements of their own: dbt's parser does not see a call inside an expression.
    as_of_date = fetch_value(dbt.ref("customer_rfm"), "as_of_date", "as_of_date is not null")
    n_segments = dbt.config.meta_get("n_segments")
    chosen = fetch_value(dbt.ref("segment_k_scan"), "k", "is_chosen")
    settings = FitSettings(
        features=tuple(features),
        feature_transform=dbt.config.meta_get("feature_transform"),
        n_segments=n_segments or chosen or 1,
        random_seed=dbt.config.meta_get("random_seed"),
    )
    customers = flagged_features(dbt.ref("int_customer_features"), dbt.ref("int_customer_outliers"))
    fitted = customer_arrays(customers, features, for_fit=True, outliers=dbt.config.meta_get("outliers"))
    model = next_segment_model(
        previous,
        fitted.values,
        fitted.monetary,
        settings,
        refit=refit,
        is_full_refresh=not dbt.is_incremental,
        playbook=fetch_rows(dbt.ref("segment_playbook")),
        as_of_date=as_of_date,
    )
    is_known = dbt.is_incremental and model is previous
    return segment_model_table([] if is_known else model.to_rows())
