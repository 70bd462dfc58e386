"""The rule coverage.early_end."""
