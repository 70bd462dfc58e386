"""The rule conduct.courtesy."""
