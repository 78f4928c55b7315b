"""What a model is worth: documents that lost labels or layout, endpoints that are right or wrong to order, and counts.

python -m evals.asking --help
"""

from evals.asking.damaged import DAMAGES, Damaged, damaged, documents

__all__ = ["DAMAGES", "Damaged", "damaged", "documents"]
