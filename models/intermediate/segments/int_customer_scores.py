def model(dbt, session):
    from python_models import fetch_rows, score_customers
    from segmentation.model import SegmentModel

    segment_model = SegmentModel.from_rows(fetch_rows(dbt.ref("segment_model")))
    return score_customers(dbt.ref("int_customer_features"), segment_model)
