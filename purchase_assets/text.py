"""Words for people in both languages, held together so that no pair can be swapped."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Literal, NamedTuple, get_args

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
OTHER_MARKS = str.maketrans(".,", ",.")


@dataclass(frozen=True)
class _InSpanish:
    """A number that is written with a decimal comma: 1.234,5."""

    number: Real

    def __format__(self, spec: str) -> str:
        return format(self.number, spec).translate(OTHER_MARKS)


def _spoken(fact: object, language: str) -> object:
    """A fact as a sentence of that language has it."""
    if isinstance(fact, Text):
        return getattr(fact, language)
    if language == "es" and isinstance(fact, Real) and not isinstance(fact, bool):
        return _InSpanish(fact)
    return fact


class Text(NamedTuple):
    """One wording in English and in Spanish, always in this order."""

    en: str
    es: str

    def of(self, language: Language) -> str:
        """The wording in that language."""
        return self.es if language == "es" else self.en

    def format(self, **facts: object) -> "Text":
        """Both wordings with the same facts in their places; a fact may be a `Text` itself.

        Numbers are written as each language writes them.
        """
        return Text(
            *(
                getattr(self, language).format(
                    **{name: _spoken(fact, language) for name, fact in facts.items()}
                )
                for language in self._fields
            )
        )

    def map(self, change: Callable[[str], str]) -> "Text":
        """Both wordings, changed alike."""
        return Text(change(self.en), change(self.es))

    @classmethod
    def same(cls, words: str) -> "Text":
        """Words that are the same in both languages: a name, what a person wrote."""
        return cls(words, words)

    @classmethod
    def joined(cls, texts: Iterable["Text"], between: str = " ") -> "Text":
        """Several wordings one after the other."""
        said = list(texts)
        return cls(between.join(text.en for text in said), between.join(text.es for text in said))


class Noun(NamedTuple):
    """What is counted: the words for one, and for any other number."""

    one: Text
    many: Text


ROWS = Noun(Text("row", "fila"), Text("rows", "filas"))
DAYS = Noun(Text("day", "día"), Text("days", "días"))
DATA_WEEKS = Noun(Text("data week", "semana de datos"), Text("data weeks", "semanas de datos"))


def counted(count: int, noun: Noun) -> Text:
    """A number with its noun: "1 row", "1,200 rows"."""
    words = noun.one if count == 1 else noun.many
    return Text.same("{count:,} {words}").format(count=count, words=words)


def printable(text: str) -> str:
    """`text` with a mark for each character that no screen shows or no database takes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)
