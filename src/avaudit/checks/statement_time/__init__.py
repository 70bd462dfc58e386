"""The rule statement.time."""
