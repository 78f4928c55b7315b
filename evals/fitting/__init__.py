"""Fitting the confidence: from labelled and generated reports to the parameters that are shipped."""
