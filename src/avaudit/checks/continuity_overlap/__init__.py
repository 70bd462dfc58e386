"""The rule continuity.overlap."""
