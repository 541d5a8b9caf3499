"""The rules of the upload gate; Great Expectations lives here only."""
