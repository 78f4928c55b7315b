"""From what a model wrote to the JSON in it."""

import re

_FENCE = re.compile(r"```[A-Za-z]*[ \t]*\n?(.*?)\n?[ \t]*```", re.DOTALL)


def json_text(text: str) -> str:
    """The JSON of a completion, without a `<think>` preamble or a Markdown fence around it.

    A text that opens with a brace is taken as it is, since both marks may then be part of a string.
    """
    body = text.strip()
    if body.startswith("{"):
        return body
    _, mark, after_thought = body.rpartition("</think>")
    if mark:
        body = after_thought.strip()
    if body.startswith("{"):
        return body
    fenced = _FENCE.search(body)
    return fenced.group(1).strip() if fenced else body
