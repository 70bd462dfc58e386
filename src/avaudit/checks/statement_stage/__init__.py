"""The rule statement.stage."""
