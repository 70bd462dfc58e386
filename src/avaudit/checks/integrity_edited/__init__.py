"""The rule integrity.edited."""
