"""Use cases. No Qt: they return values, or call a function that they were given."""
