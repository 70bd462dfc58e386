"""The rule conduct.rights_told."""
