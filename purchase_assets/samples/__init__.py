"""A made-up distributor: its sales files, and weeks with a known change or fault in them."""
