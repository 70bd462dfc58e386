"""The rule quality.clock_unreadable."""
