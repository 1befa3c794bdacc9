"""Customer segmentation on numpy arrays: features, K-Means, identity, names and scores; no dbt, no SQL."""
