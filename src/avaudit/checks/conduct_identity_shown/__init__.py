"""The rule conduct.identity_shown."""
