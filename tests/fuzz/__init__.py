"""Hostile input and hostile moments, in numbers that a person asks for."""
