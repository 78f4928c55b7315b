"""Checked, grounded numbers from China's yearly reports on government information disclosure."""

from gkllm.extract import extract, extract_text

__all__ = ["extract", "extract_text"]
