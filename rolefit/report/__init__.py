"""Verdicts become one HTML page."""
