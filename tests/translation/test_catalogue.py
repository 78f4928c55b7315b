"""Everything that a person reads is in the catalogue, whole."""

import pytest

from gkllm.language import counted, said, speak
from tests.translation.catalogue import english_constants, fields, sentences, stored, untranslated


def test_every_sentence_has_a_translation() -> None:
    assert untranslated(stored()) == []


def test_no_translation_is_of_a_sentence_that_is_gone() -> None:
    known = sentences()
    assert [message.id for message in stored() if message.id and message.id not in known] == []


def test_nothing_that_reads_like_a_sentence_is_left_out_at_the_edges() -> None:
    assert [f"{path.name}:{line}: {text}" for path, line, text in english_constants()] == []


def test_a_translation_names_nothing_that_the_sentence_does_not() -> None:
    for message in stored():
        english = " ".join(message.id) if isinstance(message.id, tuple | list) else message.id
        translation = "".join(message.string) if isinstance(message.string, tuple | list) else message.string
        assert fields(translation or "") <= fields(english), english


@pytest.mark.parametrize(("count", "english"), [(1, "1 cell decided"), (2, "2 cells decided")])
def test_a_count_takes_its_form(count: int, english: str) -> None:
    assert counted("{count} cell decided", "{count} cells decided", count) == english
    speak("zh")
    assert counted("{count} cell decided", "{count} cells decided", count) == f"已决定 {count} 格"


def test_a_sentence_is_said_in_the_language_in_force() -> None:
    assert said("standard output") == "standard output"
    speak("zh")
    assert said("standard output") == "标准输出"
