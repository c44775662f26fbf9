"""The participant's own usual: transformed days, a guarded trailing window, and how well the usual is known."""
