"""Encrypting and decrypting, with one key per profile in the system keyring; and references to secrets elsewhere."""
