"""The rule coverage.recording_missing."""
