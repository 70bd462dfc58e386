"""The rule custody.original_missing."""
