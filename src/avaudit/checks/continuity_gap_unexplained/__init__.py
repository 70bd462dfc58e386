"""The rule continuity.gap_unexplained."""
