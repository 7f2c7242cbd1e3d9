"""What is told about integrations: the log and its panel, gathering, and the desktop's notifications."""
