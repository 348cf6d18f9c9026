"""The version, which a trained model records; apart so that nothing imports the package for it."""

__version__ = "0.1.0"
