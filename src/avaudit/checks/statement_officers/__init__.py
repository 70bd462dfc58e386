"""The rule statement.officers."""
