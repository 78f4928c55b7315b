"""What was understood of a document, for a person who asks why a cell is what it is."""
