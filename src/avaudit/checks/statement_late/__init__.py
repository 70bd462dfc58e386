"""The rule statement.late."""
