"""The rule coverage.share."""
