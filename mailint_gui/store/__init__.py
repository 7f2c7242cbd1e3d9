"""What is kept: SQLAlchemy over SQLite or PostgreSQL. Mapped rows never leave; domain values do."""
