"""The rule quality.low_snr."""
