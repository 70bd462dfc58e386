"""The rule device.power_loss."""
