"""Facts from a file's first bytes, its container and its packets. Nothing is decoded."""
