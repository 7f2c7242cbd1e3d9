"""A process that takes in its mailbox when it is told to: ``"ready"``, then ``"done"``, each after a line."""

import sys

if __name__ == "__main__":  # the parser process starts with this module too, and shall load nothing for it
    from benchmarks.child import given, say
    from benchmarks.program import running

    with running(given()) as program:
        say("ready")
        sys.stdin.readline()
        program.check()
        say("done")
        sys.stdin.readline()
