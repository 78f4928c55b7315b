"""Asking a language model: one question in, one answer out, failures included.

Importing this package loads neither openai nor instructor; the first question does.
"""

from gkllm.llm.cache import AnswerCache
from gkllm.llm.client import LanguageModel
from gkllm.llm.question import Answer, Message, Question, Role, TokenUsage

__all__ = ["Answer", "AnswerCache", "LanguageModel", "Message", "Question", "Role", "TokenUsage"]
