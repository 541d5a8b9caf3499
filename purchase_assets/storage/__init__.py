"""Where things are kept: the Delta lake, the reports database and the model registry."""
