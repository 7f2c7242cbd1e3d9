"""Qt threads: they turn calls into jobs, and results into signals on the GUI thread."""
