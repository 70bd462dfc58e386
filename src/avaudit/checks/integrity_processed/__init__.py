"""The rule integrity.processed."""
