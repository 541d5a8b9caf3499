"""What people look at: templates, style, charts and words."""
