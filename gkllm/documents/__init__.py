"""A file becomes a document: its text, and grids of cells that each know their place in it."""
