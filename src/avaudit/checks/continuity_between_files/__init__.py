"""The rule continuity.between_files."""
