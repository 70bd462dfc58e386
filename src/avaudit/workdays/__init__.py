"""The calendar of working days: the State Council's plans, and the township's own days."""
