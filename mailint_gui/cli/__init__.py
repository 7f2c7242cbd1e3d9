"""The command line's verbs, thin over services. Nothing here imports Qt until words are needed for an error."""
