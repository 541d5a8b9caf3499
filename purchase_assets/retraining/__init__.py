"""Whether to retrain, and what becomes of a decision: pure functions."""
