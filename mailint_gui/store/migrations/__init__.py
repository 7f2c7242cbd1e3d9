"""The revisions of the schema, oldest first; Alembic itself is imported only when one has to be applied."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
HEAD = REVISIONS[-1]
