"""The rule statement.place."""
