"""What the store holds against what is true of labelled recordings."""
