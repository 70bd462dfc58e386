"""What is there to audit: files, their digests and clocks, and the register of activities."""
