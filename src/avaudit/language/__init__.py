"""Chinese text: sounds, numbers and phrases, matched the way they are heard."""
