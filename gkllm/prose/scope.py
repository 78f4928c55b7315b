"""Whose number, of which time and of what a sentence states: what makes a claim unsure, or no claim at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gkllm.facts import Doubt, DoubtKind
from gkllm.prose.meanings import Meaning, Meanings
from gkllm.prose.passages import Sentence
from gkllm.report import ReportInfo

Certainty = Literal["explicit", "implied", "unsure"]
_YEAR = re.compile(r"(20[0-9]{2})年")
_CLAUSE = re.compile(r"[,;。:]")


@dataclass(frozen=True, slots=True)
class Scope:
    """How sure it is that a phrase speaks of the reporting body's whole year.

    `topical`: the sentence or what stands before it says that disclosure of information is meant.
    """

    certainty: Certainty
    topical: bool
    doubts: tuple[Doubt, ...] = ()


def scope_of(
    meanings: Meanings,
    meaning: Meaning,
    sentence: Sentence,
    place: tuple[int, int],
    about: ReportInfo,
    *,
    topic_known: bool,
) -> Scope | None:
    """The scope of the phrase at a place of a sentence; null where it speaks of something else.

    `topic_known`: a sentence before it in its paragraph said that disclosure of information is meant.
    """
    start, end = place
    before, phrase = sentence.text[:start], sentence.text[start:end]
    clause = _last_clause(before) + phrase
    topic = meanings.topics[meaning.table]
    if topic["foreign"].search(clause) or _of_another_year(meanings.scope, before, clause, about.year):
        return None
    explicit = topic["explicit"].search(sentence.text[:end])
    implied = bool(explicit or topic_known or topic["implied"].search(sentence.headings))
    if not implied and not meaning.bare:
        return None
    doubts = [] if implied else [Doubt(DoubtKind.TOPIC_UNSAID)]
    doubts += _doubts(meanings.scope, before, phrase, about)
    if not explicit and meaning.foreign is not None and meaning.foreign.search(clause):
        doubts.append(Doubt(DoubtKind.OTHER_CASELOAD))
    if not meaning.own:
        doubts.append(Doubt(DoubtKind.COUNTED_OTHERWISE))
    if doubts:
        return Scope("unsure", implied, tuple(doubts))
    plain = len(meaning.readings) <= 1 or meaning.fills
    # A government's tables may count its own office or everybody below it, whatever its sentences count.
    one_body = about.issuer is not None and not meanings.scope["government"].search(about.issuer)
    return Scope("explicit" if explicit and plain and one_body else "implied", implied)


def _of_another_year(
    scope: Mapping[str, re.Pattern[str]], before: str, clause: str, reported: int | None
) -> bool:
    """Whether the number is another year's, or the change since."""
    if scope["change"].search(clause):
        return True
    years = [int(year) for year in _YEAR.findall(before)]
    if years:
        return reported is not None and years[-1] != reported
    return scope["other_year"].search(_last_clause(before)) is not None


def _doubts(scope: Mapping[str, re.Pattern[str]], before: str, phrase: str, about: ReportInfo) -> list[Doubt]:
    doubts: list[Doubt] = []
    if match := scope["period"].search(before) or scope["period"].search(phrase):
        doubts.append(Doubt.of(DoubtKind.PART_OF_YEAR, word=match[0]))
    if match := scope["part"].search(_last_clause(before) + phrase):
        doubts.append(Doubt.of(DoubtKind.PART_OF_WHOLE, word=match[0]))
    subject = before + phrase
    if match := scope["others"].search(_without(subject, about.issuer)):
        doubts.append(Doubt.of(DoubtKind.OTHER_BODY, word=match[0]))
    elif body := _other_body(scope["body"], scope["own"], subject, about.issuer):
        doubts.append(Doubt.of(DoubtKind.OTHER_BODY, word=body))
    issuer = about.issuer or ""
    if match := scope["region"].search(subject):
        doubts.append(Doubt.of(DoubtKind.OTHER_EXTENT, word=match[0]))
    elif scope["government"].search(issuer) and (match := scope["own"].search(subject)):
        doubts.append(Doubt.of(DoubtKind.OWN_OFFICE, word=match[0]))
    return doubts


def _other_body(body: re.Pattern[str], own: re.Pattern[str], subject: str, issuer: str | None) -> str | None:
    for match in body.finditer(own.sub("", subject)):
        name = match[0]
        if issuer is None or not (issuer.endswith(name) or name.endswith(issuer)):
            return name
    return None


def _without(text: str, issuer: str | None) -> str:
    return text.replace(issuer, "") if issuer else text


def _last_clause(text: str) -> str:
    return _CLAUSE.split(text)[-1]
