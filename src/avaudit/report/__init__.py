"""Renderers of what the store holds: tables for a terminal, files for other programs."""
