"""`python -m gkllm`."""

from gkllm.cli import main

if __name__ == "__main__":
    main()
