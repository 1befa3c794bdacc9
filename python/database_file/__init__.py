"""The database file itself: waiting until it is free, and who may read it."""
