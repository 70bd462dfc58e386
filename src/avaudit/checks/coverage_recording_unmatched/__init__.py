"""The rule coverage.recording_unmatched."""
