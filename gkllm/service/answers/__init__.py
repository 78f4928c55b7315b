"""What the service is asked and answers, in JSON."""
