"""Documents read by a Ray cluster, from wherever fsspec reads, into a Parquet dataset.

Its parts are named by what was read for them: a task that is done twice writes the same file.
"""
