"""What measures gkllm, and is not shipped with it: the generator of noisy reports and the fitting of the confidence."""
