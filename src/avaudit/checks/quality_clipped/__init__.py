"""The rule quality.clipped."""
