"""From a file of any dialect to canonical columns; knows nothing of rules."""
