"""Secrets as the vault sealed them. Each is bound to its owner: copied bytes would not open for another.

Owner 0 is the profile itself.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select

from mailint_gui.domain.secret import SealedSecret, SecretPurpose
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import ProfileSecretTable, SecretTable

_THIS = (SecretTable.integration_id == bindparam("owner")) & (SecretTable.purpose == bindparam("wanted"))
OF_PROFILE = 0
_ONE = select(table_of(SecretTable)).where(_THIS)  # built once: each check asks


class SealedSecrets(Repository):
    __slots__ = ()

    def get(self, owner_id: int, purpose: SecretPurpose) -> SealedSecret | None:
        if owner_id == OF_PROFILE:
            return self._of_profile().get((OF_PROFILE, purpose))
        row = next(self._rows(_ONE, _this(owner_id, purpose)), None)
        return _sealed(row) if row else None

    def put(self, owner_id: int, purpose: SecretPurpose, sealed: SealedSecret) -> None:
        """In place of an older one."""
        if owner_id == OF_PROFILE:
            upsert(self._connection, ProfileSecretTable, [{"purpose": purpose, **values_of(sealed)}])
            return
        key = {"integration_id": owner_id, "purpose": purpose}
        upsert(self._connection, SecretTable, [key | values_of(sealed)])

    def delete(self, owner_id: int, purpose: SecretPurpose) -> None:
        if owner_id == OF_PROFILE:
            this = ProfileSecretTable.purpose == purpose
            self._connection.execute(delete(ProfileSecretTable).where(this))
            return
        self._connection.execute(delete(SecretTable).where(_THIS), _this(owner_id, purpose))

    def all(self) -> dict[tuple[int, SecretPurpose], SealedSecret]:
        """By owner and purpose, those of deleted integrations included."""
        rows = self._rows(select(table_of(SecretTable)))
        found = {(row["integration_id"], row["purpose"]): _sealed(row) for row in rows}
        return found | self._of_profile()

    def nonces(self, purposes: Collection[SecretPurpose]) -> dict[tuple[int, SecretPurpose], bytes]:
        """By owner and purpose: whether a secret is still the one that it was, without having it read."""
        these = select(SecretTable.integration_id, SecretTable.purpose, SecretTable.nonce).where(
            SecretTable.purpose.in_(purposes)
        )
        return {
            (owner, SecretPurpose(purpose)): nonce
            for owner, purpose, nonce in self._connection.execute(these)
        }

    def key_ids(self) -> frozenset[str]:
        """The keys that something here is sealed with."""
        return frozenset(sealed.key_id for sealed in self.all().values())

    def _of_profile(self) -> dict[tuple[int, SecretPurpose], SealedSecret]:
        rows = self._rows(select(table_of(ProfileSecretTable)))
        return {(OF_PROFILE, row["purpose"]): _sealed(row) for row in rows}


def _this(owner_id: int, purpose: SecretPurpose) -> dict[str, Any]:
    """Values for ``_THIS``."""
    return {"owner": owner_id, "wanted": purpose}


def _sealed(row: Mapping[Any, Any]) -> SealedSecret:
    return SealedSecret(**picked(SealedSecret, row))
