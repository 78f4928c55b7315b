"""Review: a person settles what the program could not, and every decision is kept for good.

`results` and `sources` find what there is to review, `log` keeps decisions, `standing` says which of them hold,
`corrected` folds them into reports, `queue` orders what is open, `session` is one reviewer's work on it; `screen`
shows it in full, `plain` line by line. Textual is loaded by `screen` alone.
"""
