"""Score data frames: the public name of `rolefit.tables.frames`.

Workers of a cluster import these functions by name, so the name is short and stays.
"""

from .tables.frames import score_frame, score_frames, spark_schema

__all__ = ["score_frame", "score_frames", "spark_schema"]
