"""PDF files: their pages read off through PDFium."""
