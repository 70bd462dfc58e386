"""avaudit audits recordings of administrative enforcement against a full-process recording rule."""

__version__ = "0.1.0"
