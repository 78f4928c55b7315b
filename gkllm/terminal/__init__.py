"""Reports on a terminal: the tables as the form prints them, what is broken, what needs review.

Nothing is imported here: `words` serves messages too, which must not wait for rich to load.
"""
