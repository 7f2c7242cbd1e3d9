"""Who was refused is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_outbox_recipient_refused", "outbox_recipient"
REFUSED = sa.text("state = 'refused'")


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["outbox_id"], sqlite_where=REFUSED, postgresql_where=REFUSED)


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
