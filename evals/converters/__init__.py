"""Generated reports as files, turned into text by converters that people use, and read: python -m evals.converters."""
