"""Costly measurements, one file each, without thresholds of judgement."""
