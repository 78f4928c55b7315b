"""Whether the service in this container answers; the exit status says it."""

import sys
import urllib.request

try:
    with urllib.request.urlopen("http://127.0.0.1:8001/healthz", timeout=5) as answer:
        sys.exit(answer.status != 200)
except OSError:
    sys.exit(1)
