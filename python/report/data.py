"""Everything that the report tells, read from the published database."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from report.attributes import Attribute, read_attributes
from report.customers import (
    Sample,
    make_customers,
    read_grid,
    read_quantiles,
    read_sample,
    read_top_customers,
    read_totals,
)
from report.marts import (
    Build,
    Model,
    read_build,
    read_cut_points,
    read_drift,
    read_k_scan,
    read_ledger,
    read_methods,
    read_migration,
    read_model,
    read_segments,
)
from report.methods import read_agreement, read_placements
from report.palette import segment_colours
from report.queries import Row, columns
from report.revenue import Revenue, read_revenue
from report.space import FloatArray, PrincipalComponents, principal_components, z_scores
from report.text import distinct_labels, feature_name

# Features whose distributions are shown; recency, frequency and monetary come first.
MOST_FEATURES = 8


@dataclass(frozen=True)
class ReportData:
    """What the pages and figures are drawn from. Rows of segments are in order of value."""

    build: Build
    totals: Row
    segments: list[Row]
    colours: dict[int, str]
    model: Model | None
    features: list[str]
    quantiles: dict[str, list[Row]]
    grid: list[Row]
    cut_points: list[Row]
    sample: Sample
    z: FloatArray | None
    components: PrincipalComponents | None
    top_customers: list[Row]
    k_scan: list[Row]
    methods: list[Row]
    agreement: list[Row]
    placements: list[Row]
    attributes: list[Attribute]
    countries: Revenue
    products: Revenue
    drift: list[Row]
    ledger: list[Row]
    migration: list[Row]
    # Whether the build has these branches; one that it leaves out is not in the report.
    has_methods: bool
    has_revenue: bool

    def label(self, segment_id: int) -> str:
        """The segment's name, short enough for a figure and unique among the segments."""
        return self.labels()[segment_id]

    def labels(self) -> dict[int, str]:
        """Short names by segment_id."""
        return distinct_labels({segment["segment_id"]: segment["segment_name"] for segment in self.segments})

    def feature_labels(self) -> list[str]:
        """Short names of the model's features, in its order."""
        features = self.model.features if self.model else []
        return list(
            distinct_labels({n: feature_name(feature) for n, feature in enumerate(features, 1)}).values()
        )


def shown_features(features: list[str], quantiles: dict[str, list[Row]]) -> list[str]:
    """Features with a distribution to show: those that have values, and are more than yes or no."""
    return [name for name in features if quantiles[name] and "=" not in name][:MOST_FEATURES]


def read_report_data(
    connection: duckdb.DuckDBPyConnection, text_limit: int, step: Callable[[str], None]
) -> ReportData:
    """Read the published marts; texts longer than the limit are cut. `step` is told what happens next."""
    step("Customers")
    segments = read_segments(connection, text_limit)
    model = read_model(connection)
    features = make_customers(connection, model.features if model else [])
    totals = read_totals(connection)
    step("Distributions")
    quantiles = read_quantiles(connection, features)
    grid = read_grid(connection)
    step("Sample")
    sample = read_sample(connection, features)
    z = z_scores(sample, model) if model else None
    top_customers = read_top_customers(connection, text_limit)
    step("Other methods")
    methods = read_methods(connection)
    agreement = read_agreement(connection)
    placements = read_placements(connection)
    attributes = read_attributes(connection, segments)
    step("Countries and products")
    return ReportData(
        build=read_build(connection),
        totals=totals,
        segments=segments,
        colours=segment_colours(segment["segment_id"] for segment in segments),
        model=model,
        features=shown_features(features, quantiles),
        quantiles=quantiles,
        grid=grid,
        cut_points=read_cut_points(connection),
        sample=sample,
        z=z,
        components=principal_components(z) if z is not None and z.shape[1] > 1 else None,
        top_customers=top_customers,
        k_scan=read_k_scan(connection),
        methods=methods,
        agreement=agreement,
        placements=placements,
        attributes=attributes,
        countries=read_revenue(connection, "country_segments", text_limit),
        products=read_revenue(connection, "product_segments", text_limit),
        drift=read_drift(connection),
        ledger=read_ledger(connection),
        migration=read_migration(connection, text_limit),
        has_methods=bool(columns(connection, "clustering_comparison")),
        has_revenue=bool(columns(connection, "country_segments")),
    )
