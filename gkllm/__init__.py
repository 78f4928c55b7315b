"""Checked, grounded numbers from China's yearly reports on government information disclosure."""
