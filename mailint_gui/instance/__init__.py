"""One process per profile: the lock, and the local socket over which others hand it their verbs.

The socket is one of ``multiprocessing.connection``: it is the one thing of the standard library that is a Unix socket
on Linux and macOS and a named pipe on Windows, with message frames and a mutual proof of a shared key. Whoever cannot
read the key, a file of this user alone, is not heard. Only JSON goes over it, never a pickle.
"""
