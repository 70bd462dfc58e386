"""Checks: one folder each, found by looking. A check is a pure function over signals."""
