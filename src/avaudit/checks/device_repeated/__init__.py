"""The rule device.repeated."""
