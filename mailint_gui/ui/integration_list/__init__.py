"""The list of integrations: rows of ready values, their model, their filter and their table."""
