"""What a printed page shows, whoever read it off (a PDF library, OCR), becomes text and grids."""
