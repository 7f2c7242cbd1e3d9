"""What the loop breaker stopped: told, listed, released."""
