"""The rule custody.hash."""
