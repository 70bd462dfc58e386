"""The rule statement.target."""
