"""The key file of a Google service account (https://developers.google.com/identity/protocols/oauth2/service-account)."""

import json

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.mail.auth.certificate import read_private_key
from mailint_gui.mail.auth.unusable import UnusableFileError


def account_of_key_file(text: str) -> str:
    """The address of the service account whose key it holds. Raises UnusableFileError."""
    try:
        key = json.loads(text)
        pem, account = key["private_key"], key["client_email"]
        if key["type"] != "service_account" or not pem or not account:
            raise ValueError("the key of something else")
        content = pem.encode()
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise UnusableFileError(FieldFault.NO_KEY_FILE) from None
    if not isinstance(read_private_key(content), RSAPrivateKey):
        raise UnusableFileError(FieldFault.PRIVATE_KEY_NOT_RSA)
    return str(account)
