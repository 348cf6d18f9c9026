"""Tokens become a verdict with its evidence. Needs numpy alone."""
