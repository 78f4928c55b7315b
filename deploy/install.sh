#!/bin/sh
# The steps of the image: gkllm with what the service needs, in a virtual environment of its own, and nothing else.
# usage, from the root of a checkout: sh deploy/install.sh FOLDER
set -eu

target="$1"
extras="${EXTRAS:-postgres,serve,sheets}"

python3 -m venv "$target"
"$target/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check ".[$extras]"
# Compiled once, as who runs it later may not write here.
"$target/bin/python" -m compileall -q "$target/lib"
"$target/bin/gkllm" serve --help >/dev/null
