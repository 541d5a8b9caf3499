"""What people see: the HTTP interface, the operator page and the monitoring page."""
