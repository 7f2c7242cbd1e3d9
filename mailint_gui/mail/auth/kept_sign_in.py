"""What is kept of a sign-in by a person, for the vault alone."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """What is kept of a sign-in by a person: one JSON text, for the vault alone. ``cache`` is the provider's part.

    ``public_client``: the application proved nothing of itself (RFC 6749 section 2.1), and must not when it renews.
    """

    account: str
    scopes: tuple[str, ...]
    signed_in_at: datetime
    last_used_at: datetime
    cache: str = field(repr=False)
    valid_until: datetime | None = None
    public_client: bool = False

    @classmethod
    def read(cls, state: Secret) -> "KeptSignIn":
        """Raises ProblemError (SIGN_IN_NEEDED) for anything else."""
        try:
            kept = json.loads(state.reveal())
            valid_until = kept["valid_until"]
            return cls(
                account=kept["account"],
                scopes=tuple(kept["scopes"]),
                signed_in_at=datetime.fromisoformat(kept["signed_in_at"]),
                last_used_at=datetime.fromisoformat(kept["last_used_at"]),
                cache=kept["cache"],
                valid_until=datetime.fromisoformat(valid_until) if valid_until else None,
                public_client=bool(kept.get("public_client")),
            )
        except (KeyError, TypeError, ValueError):
            problem = Problem(
                ProblemKind.SIGN_IN_NEEDED, detail="what was kept of the sign-in is not readable"
            )
            raise ProblemError(problem) from None

    def written(self) -> Secret:
        values = {
            "account": self.account,
            "scopes": list(self.scopes),
            "signed_in_at": self.signed_in_at.isoformat(),
            "last_used_at": self.last_used_at.isoformat(),
            "cache": self.cache,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "public_client": self.public_client,
        }
        return Secret(json.dumps(values))

    @property
    def status(self) -> SignInStatus:
        return SignInStatus(self.account, self.scopes, self.signed_in_at, self.last_used_at, self.valid_until)
