"""The review screen. Importing this package loads Textual."""
