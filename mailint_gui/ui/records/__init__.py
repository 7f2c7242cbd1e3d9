"""Service records: list, fields, correspondence."""
