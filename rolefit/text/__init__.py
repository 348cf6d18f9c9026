"""A string becomes lines, and lines become tokens. Knows no model; needs numpy and, for HTML, its parser."""
