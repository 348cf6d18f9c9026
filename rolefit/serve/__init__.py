"""The page of ``rolefit serve``."""
