"""A notebook on the published marts: what they say, and what another number of segments would.

Open it with `.venv/bin/marimo edit python/explore/segments.py` from the project's root, after make build and
make test (which installs marimo). It reads published/segments.duckdb and changes nothing.
"""

import marimo

app = marimo.App(width="medium", app_title="Customer segments")


@app.cell
def _():
    import os
    import sys
    from pathlib import Path

    import duckdb
    import marimo as mo
    import numpy as np

    # The project's own functions, wherever the notebook is opened from.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    published = Path(os.environ.get("SEGMENTATION_PUBLISHED", "published")) / "segments.duckdb"
    marts = duckdb.connect(str(published), read_only=True)
    return marts, mo, np


@app.cell
def _(mo):
    mo.md("""
    # Customer segments

    Everything here comes from the published marts. First, the segments as the business knows them.
    """)
    return


@app.cell
def _(marts, mo):
    profiles = marts.sql(
        """
        select
            segment_name, n_customers, round(100 * share_of_customers, 1) as percent_of_customers,
            revenue, round(100 * share_of_revenue, 1) as percent_of_revenue,
            median_recency_days, median_frequency, median_monetary, rule, recommended_action
        from segment_profiles
        order by value_rank
        """
    ).df()
    mo.ui.table(profiles, selection=None)
    return


@app.cell
def _(marts, mo):
    import altair as alt

    scan = marts.sql("select k, inertia, silhouette, null_silhouette_max, is_chosen from segment_k_scan").df()
    lines = (
        alt.Chart(scan)
        .encode(x=alt.X("k:O", title="number of clusters k", axis=alt.Axis(labelAngle=0)))
        .properties(width=330, height=240)
    )
    chosen = lines.transform_filter("datum.is_chosen").mark_point(size=200, color="#d55e00")
    inertia = lines.mark_line(point=True).encode(y=alt.Y("inertia:Q", title="inertia"))
    by_silhouette = lines.mark_line(point=True).encode(y=alt.Y("silhouette:Q", title="silhouette"))
    shuffled = lines.mark_line(color="grey", strokeDash=[4, 4]).encode(y="null_silhouette_max:Q")
    mo.vstack(
        [
            mo.md(
                "Why this number? The ring is the choice. Grey: the best of 20 fits on shuffled columns, "
                "where there is nothing to find."
            ),
            mo.hstack(
                [
                    inertia + chosen.encode(y="inertia:Q"),
                    by_silhouette + shuffled + chosen.encode(y="silhouette:Q"),
                ]
            ),
        ]
    )
    return (alt,)


@app.cell
def _(marts, np):
    from segmentation.features import FeatureTransformer

    # The model's own transform, so that another k is compared in the same space. Features that are no columns
    # of customer_rfm are left to the model: the notebook looks at the others.
    features, kind = marts.sql(
        "select features, feature_transform from segment_model order by version_number desc limit 1"
    ).fetchone()
    known = marts.table("customer_rfm").columns
    features = [feature for feature in features if feature in known]
    customers = marts.sql(
        f"""
        select customer_id, segment_name, monetary, {
            ", ".join(f"rfm.{name}::double as f{i}" for i, name in enumerate(features))
        }
        from customer_rfm as rfm
        inner join (select customer_id, segment_name from customer_segments) using (customer_id)
        order by customer_id
        """
    ).df()
    values = np.column_stack([customers[f"f{i}"] for i in range(len(features))])
    z = FeatureTransformer(kind).fit(values).transform(values)
    return customers, features, z


@app.cell
def _(marts, mo):
    published_k = marts.sql("select count(*) from segment_profiles").fetchone()[0]
    k = mo.ui.slider(2, 10, value=max(2, published_k), label="number of segments", show_value=True)
    mo.vstack([mo.md("What if there were more, or fewer? Move the slider and see who would go where."), k])
    return (k,)


@app.cell
def _(customers, features, k, mo, z):
    from segmentation.kmeans import fit_kmeans
    from segmentation.silhouettes import euclidean_silhouettes

    fit = fit_kmeans(z, k.value, random_seed=42)
    (estimate,) = euclidean_silhouettes(z, [fit.labels], random_seed=42)
    moved = customers.assign(cluster=[f"cluster {label + 1}" for label in fit.labels])
    crosstab = moved.pivot_table(
        index="segment_name", columns="cluster", values="customer_id", aggfunc="count", fill_value=0
    )
    together = crosstab.max(axis=1).sum() / len(customers)
    mo.vstack(
        [
            mo.md(
                f"With {k.value} clusters on {', '.join(features)} the silhouette is {estimate.mean:.3f}, "
                f"and **{together:.1%}** of the customers stay with most of their published segment."
            ),
            crosstab.reset_index(),
        ]
    )
    return crosstab, moved, together


@app.cell
def _(alt, features, mo, moved):
    # At most 2,000 points: the browser draws each of them.
    points = moved.sample(min(len(moved), 2000), random_state=42)
    first, last = features[0], features[-1]
    scale = alt.Scale(type="log" if points[f"f{len(features) - 1}"].min() > 0 else "symlog")
    map_of_customers = (
        alt.Chart(points)
        .mark_circle(size=18, opacity=0.6)
        .encode(
            x=alt.X("f0:Q", title=first),
            y=alt.Y(f"f{len(features) - 1}:Q", title=last, scale=scale),
            color=alt.Color("cluster:N", scale=alt.Scale(scheme="tableau10")),
            tooltip=["customer_id", "segment_name", "cluster"],
        )
        .properties(width=620, height=400)
    )
    mo.vstack(
        [mo.md("The same customers in their own units, coloured by the clusters above."), map_of_customers]
    )
    return


if __name__ == "__main__":
    app.run()
