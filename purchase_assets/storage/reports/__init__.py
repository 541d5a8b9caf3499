"""The reports database: its tables and queries."""
