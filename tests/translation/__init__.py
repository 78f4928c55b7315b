"""What gkllm says to people, and its catalogues."""
