"""What the sentences of a report state of the form's cells, and how that compares with the tables."""
