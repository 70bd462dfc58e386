"""The rule coverage.late_start."""
