"""The rule quality.unreadable."""
