"""The service: extraction and review over HTTP, with a page for the browser, on a store.

`app` puts it together of `routes`, one a resource, which answer in the shapes of `answers`. `reading` takes in files
and has them read by workers, `desk` is the review that all reviewers share, `sources` shows documents, `askers` knows
who asks, `guard` stands before everything. `client` is how a Python program asks.
"""
