"""The rule continuity.clock."""
