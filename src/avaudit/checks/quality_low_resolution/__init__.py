"""The rule quality.low_resolution."""
