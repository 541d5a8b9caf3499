"""Words for people in both languages, held together so that no pair can be swapped."""

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, get_args

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One wording in English and in Spanish, always in this order."""

    en: str
    es: str

    def of(self, language: Language) -> str:
        """The wording in that language."""
        return self.es if language == "es" else self.en

    def format(self, **facts: object) -> "Text":
        """Both wordings with the same facts in their places; a fact may be a `Text` itself."""
        return Text(
            *(
                getattr(self, language).format(
                    **{
                        name: getattr(fact, language) if isinstance(fact, Text) else fact
                        for name, fact in facts.items()
                    }
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
    return (noun.one if count == 1 else noun.many).map(lambda words: f"{count:,} {words}")


def printable(text: str) -> str:
    """`text` with a mark for each character that no screen shows or no database takes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)
