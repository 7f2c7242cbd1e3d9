"""The windows: Qt widgets that show values and ask the desk. One folder a screen."""
