"""The rule device.clock_wrong."""
