"""The rule continuity.file_missing."""
