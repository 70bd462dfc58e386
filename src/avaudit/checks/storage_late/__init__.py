"""The rule storage.late."""
