"""The rule statement.notice."""
