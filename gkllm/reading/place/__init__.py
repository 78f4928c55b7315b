"""Where each number of a located table stands: one path for every layout.

A document's manner, the count of a row's pieces, explicit cells, places on the line and printed headings give one
candidate, or several for the relations to choose among.
"""
