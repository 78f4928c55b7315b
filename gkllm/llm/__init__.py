"""Asking a language model: one question in, one answer out, failures included.

Importing this package loads neither openai nor instructor; the first question does.
"""

from gkllm.llm.budget import Budget, Limits, Price
from gkllm.llm.cache import AnswerCache
from gkllm.llm.client import LanguageModel
from gkllm.llm.question import Answer, Message, Question, Role, TokenUsage
from gkllm.llm.recording import Recording

__all__ = [
    "Answer",
    "AnswerCache",
    "Budget",
    "LanguageModel",
    "Limits",
    "Message",
    "Price",
    "Question",
    "Recording",
    "Role",
    "TokenUsage",
]
