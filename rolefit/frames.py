"""Scoring for data frames, under the short name that workers of a cluster import: see `rolefit.tables.frames`."""

from .tables.frames import score_frame, score_frames, spark_schema

__all__ = ["score_frame", "score_frames", "spark_schema"]
