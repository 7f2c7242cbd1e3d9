"""Pure values and rules: the standard library only; no Qt, no SQL, no sockets, no clock of its own."""
