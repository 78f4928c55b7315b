"""Every error gkllm raises on purpose.

GkllmError
├── DocumentError            a file cannot be turned into a document
│   ├── UnsupportedFormat
│   ├── DocumentTooLarge
│   ├── MissingExtra
│   └── EmptyDocument
├── LimitExceeded
│   └── ProcessDied
├── NoTablesFound
├── SeveralReports
├── Unforeseen
├── ConfigurationError
│   ├── PromptError
│   ├── RulesError
│   ├── FormError
│   └── ModelNotConfigured
├── FixtureError
├── EvaluationStopped
├── ResultsUnusable          what extract wrote cannot be read back
│   └── StoreUnusable
├── LogUnusable
├── TokenError
├── ServiceError             the service refused what its client asked for
└── ModelError               a question to the language model got no usable answer
    ├── ModelUnreachable
    ├── ModelRejected
    │   └── EndpointRefused
    ├── ContextTooLong
    ├── AnswerTruncated
    ├── AnswerRefused
    ├── AnswerEmpty
    ├── AnswerInvalid
    ├── AnswerNotRecorded
    ├── DeadlineExceeded
    └── BudgetSpent
"""

import logging
from typing import Final, get_args

from gkllm.language import later, said

_LONGEST_SAID: Final = 200
"""Characters of an unforeseen error's own words: some quote the whole document."""


class GkllmError(Exception):
    """The root: whatever gkllm reports as a one-line failure rather than as a defect of its own.

    It is told when it is printed, in the language that is spoken then: the sentence stands in the catalogues, and
    names its particulars in braces.
    """

    def __init__(self, sentence: str = "", /, **particulars: object) -> None:
        super().__init__(sentence)
        # What an error names may not be fit to be sent from one process to another.
        kept = (str, int, float, GkllmError)
        self.particulars = {k: v if isinstance(v, kept) else str(v) for k, v in particulars.items()}

    def __str__(self) -> str:
        return said(str(self.args[0]), **self.particulars)


class DocumentError(GkllmError):
    """A file cannot be read as a document: it is missing, a folder without reports, or not permitted."""


class UnsupportedFormat(DocumentError):
    """The bytes are of a format no reader takes, such as a picture or random data."""


class DocumentTooLarge(DocumentError):
    """The file exceeds the size a report can plausibly have."""


class MissingExtra(DocumentError):
    """The format needs a library or a program that is not installed; the message names it."""


class EmptyDocument(DocumentError):
    """The file has no characters besides white space."""


class LimitExceeded(GkllmError):
    """Work in a child process took more time or memory than it is given."""


class ProcessDied(LimitExceeded):
    """A child process ended in the middle of its work, by what it did or by another's hand."""


class NoTablesFound(GkllmError):
    """None of the national form's tables could be found in the document."""


class SeveralReports(GkllmError):
    """One report was asked for, and the file holds more than one."""


class Unforeseen(GkllmError):
    """An error that nobody raised on purpose stopped the work on one document; its cause is the error itself."""


class ConfigurationError(GkllmError):
    """An option, an environment variable or a configuration file has an unusable value."""


def require_choice(value: object, choices: object) -> None:
    """Raise ConfigurationError where a value is none of a Literal's."""
    if value not in get_args(choices):
        names = ", ".join(map(repr, get_args(choices)))
        raise ConfigurationError("{value!r} is not one of {names}", value=str(value), names=names)


class PromptError(ConfigurationError):
    """A prompt file is missing, malformed, or names a variable that does not exist."""


class RulesError(ConfigurationError):
    """A file of edit rules is missing, malformed, or names cells that the form does not have."""


class ModelNotConfigured(ConfigurationError):
    """A reader needs a language model and none was named."""


class FormError(ConfigurationError):
    """A form's folder is missing or broken, or a form has not what is asked of it."""


class FixtureError(GkllmError):
    """A labelled document or its truth is missing, malformed, or contradicts itself or the form."""


class EvaluationStopped(GkllmError):
    """A measurement cannot go on: a model's endpoint cannot be used. What is finished stays in its log."""


class ResultsUnusable(GkllmError):
    """Results do not exist, cannot be read, or are no reports of this version of gkllm."""


class StoreUnusable(ResultsUnusable):
    """A store does not exist, is another program's database or of another version, or the database refuses."""


class LogUnusable(GkllmError):
    """The log of decisions cannot be read or written, or is of another version."""


class TokenError(GkllmError):
    """A token's name is taken, or there is none of that name."""


class ServiceError(GkllmError):
    """The service refused what its client asked for, or cannot be reached; the message is the service's own."""


class ModelError(GkllmError):
    """A question to the language model got no usable answer."""


class ModelUnreachable(ModelError):
    """The endpoint could not be reached, or kept failing (timeouts, dropped connections, 429, 5xx)."""


class ModelRejected(ModelError):
    """The endpoint refused the request for good (a 4xx that no retry mends, such as a wrong key)."""


class EndpointRefused(ModelRejected):
    """The endpoint refuses the key, the account or the model's name: no other question would fare better."""


class ContextTooLong(ModelError):
    """The request exceeds the model's context window."""


class AnswerTruncated(ModelError):
    """The answer ended at the token limit, in the middle of its JSON."""


class AnswerRefused(ModelError):
    """The model declined to answer, or a content filter withheld the answer."""


class AnswerEmpty(ModelError):
    """The answer held no text at all."""


class AnswerInvalid(ModelError):
    """The answer did not fit the schema, after every reask."""


class AnswerNotRecorded(ModelError):
    """A recording is replayed without the model, and it does not hold the answer to this question."""


class DeadlineExceeded(ModelError):
    """The total time allowed for one question ran out over its attempts."""


class BudgetSpent(ModelError):
    """What a report or a run may cost in tokens, seconds or money is spent."""


UNREADABLE: Final = later("{name}: cannot be read ({reason})")
UNWRITABLE: Final = later("{name}: cannot be written ({reason})")


def as_failure(error: Exception, name: str, sentence: str = UNREADABLE) -> GkllmError:
    """The error as a one-line failure of the document `name`; where it comes from is logged for debugging."""
    if isinstance(error, GkllmError):
        return error
    logging.getLogger("gkllm").debug("%s", name, exc_info=error)
    match error:
        case RecursionError():
            reason = said("it is nested too deeply")
        case MemoryError():
            reason = said("the memory does not suffice")
        case _:
            words = " ".join(str(error).split())[:_LONGEST_SAID]
            reason = f"{type(error).__name__}: {words}" if words else type(error).__name__
    failure = Unforeseen(sentence, name=name, reason=reason)
    failure.__cause__ = error
    return failure
