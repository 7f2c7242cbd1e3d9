"""Mail protocols: no Qt, no SQL, no words. Whatever goes wrong leaves as a `Problem`."""
