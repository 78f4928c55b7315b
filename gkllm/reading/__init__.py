"""A document becomes cells: where they stand, what they print, and what that can mean."""
