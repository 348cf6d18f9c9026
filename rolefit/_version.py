"""The version of rolefit.

A module of its own, so that a trained model can record it without importing the whole package.
"""

__version__ = "0.1.0"
