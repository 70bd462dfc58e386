"""The rule continuity.gap."""
