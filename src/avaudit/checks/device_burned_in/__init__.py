"""The rule device.burned_in."""
