"""Real servers for tests, benchmarks, screenshots and demonstrations.

Private, on loopback, all state in a directory that they are given.

Each class is a context manager and needs no pytest. A part of the system that is missing raises
`MissingPartError` with the line that installs it.
"""
