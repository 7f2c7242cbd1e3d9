"""Long lists, read page by page on a worker, and kept up to date while they are looked at."""
