"""The rule statement.order."""
