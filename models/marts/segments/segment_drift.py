def model(dbt, session):
    from python_models import DRIFT_SCHEMA, customer_arrays, drift_table, fetch_rows, flagged_features
    from segmentation.drift import measure_drift
    from segmentation.model import SegmentModel
    from segmentation.refit import fit_like

    model = SegmentModel.from_rows(fetch_rows(dbt.ref("segment_model")))
    if model is None:
        return DRIFT_SCHEMA.empty_table()
    customers = flagged_features(dbt.ref("int_customer_features"), dbt.ref("int_customer_outliers"))
    fitted = customer_arrays(
        customers, model.features, for_fit=True, outliers=dbt.config.meta_get("outliers")
    )
    fresh = fit_like(model, fitted.values, fitted.monetary)
    return drift_table(model, measure_drift(model, fresh, fitted.values))
