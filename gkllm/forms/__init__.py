"""The forms this program ships, a folder each: tables, edit rules, phrases, calibration; data only."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the folders stand."""

FIRST = "disclosure"
"""The form that a document is taken for where nothing tells, and that a report is of which does not name one."""
