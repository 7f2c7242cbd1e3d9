"""Email rules at work: what they decide about a message, and their file."""
