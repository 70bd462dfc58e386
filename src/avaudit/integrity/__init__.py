"""What may have been cut, joined, replaced or processed: cues out of signals, weighed together."""
