"""The rule conduct.abusive."""
