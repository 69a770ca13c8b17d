"""Black-box runs of the real processes."""
