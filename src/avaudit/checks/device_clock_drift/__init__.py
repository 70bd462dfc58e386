"""The rule device.clock_drift."""
