"""Rule books: the shipped ones, and how any of them is read and checked."""
