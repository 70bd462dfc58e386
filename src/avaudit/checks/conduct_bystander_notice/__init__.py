"""The rule conduct.bystander_notice."""
