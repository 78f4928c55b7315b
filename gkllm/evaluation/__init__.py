"""Measuring: reports with known truth, how far a reader's results are from it, and paired comparison."""
