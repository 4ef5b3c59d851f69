"""What the money's pages take in, by noun."""
