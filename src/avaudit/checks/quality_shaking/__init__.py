"""The rule quality.no_audio."""
