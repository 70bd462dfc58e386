"""The only users of FFmpeg (through PyAV): opening, packets, decoding."""
