"""The rule statement.present."""
