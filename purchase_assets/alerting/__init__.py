"""What people are told: kinds of cause, their words, and the channels. No tables, no Dagster."""
