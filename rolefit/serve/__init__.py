"""Serve a page on the user's own machine: a paste box, a file drop, corrections."""
