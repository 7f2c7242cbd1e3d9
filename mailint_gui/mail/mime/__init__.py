"""Reading MIME: the cheap look at intake, and the whole reading that runs in the parser process."""
