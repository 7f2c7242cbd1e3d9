"""Signing in at a provider: from what is configured to an access token, or to the problem that is in the way."""
