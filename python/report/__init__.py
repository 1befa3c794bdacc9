"""The report: the published marts as one self-contained page, and its figures as files for slides."""

from report.rendering import render

__all__ = ["render"]
