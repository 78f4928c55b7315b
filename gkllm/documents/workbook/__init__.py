"""Excel workbooks, new and old: what each visible sheet shows."""
