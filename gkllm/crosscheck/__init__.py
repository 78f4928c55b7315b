"""Several reports held against each other: years of one issuer, and issuers above and below one another."""
