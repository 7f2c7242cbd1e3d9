"""Email rules: the window with the ordered list, the editor of one rule, and the dry run."""
