"""The rule statement.cause."""
