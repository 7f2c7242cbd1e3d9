"""Units of sizes: one meaning, for what is shown, compared and limited alike. Servers count so too."""

KB = 1024  # bytes
MB = 1024 * KB
