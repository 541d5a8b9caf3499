"""What happens, step by step: domain and stores together, without Dagster."""
