"""What a school writes: pupils, the challenge, the application. Knows the price list; cannot move money."""
