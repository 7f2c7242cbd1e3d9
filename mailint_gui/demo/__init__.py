"""The demo: servers of its own in a child process, mailboxes with a story, and integrations to import.

`process.DemoServers` starts the servers, `profile` and `rules` say how to set the program up for them.
Only `servers` and the modules it alone uses need the optional extra ``demo``; they are imported in the child.
"""
