"""The rule custody.original_changed."""
