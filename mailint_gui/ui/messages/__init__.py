"""The message log: list, viewer, and what an admin does about a message."""
