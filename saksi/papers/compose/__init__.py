"""What each paper says, in which order: from its data to blocks."""
