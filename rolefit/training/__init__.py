"""A corpus becomes a model, and a model is measured. May need scikit-learn."""
