"""Pictures of pages: straightened, their table lines found, and read by OCR (extra `gkllm[ocr]`)."""
