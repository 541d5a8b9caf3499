"""Words for people in both languages, held together so that no pair can be swapped."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["en", "es"]


class Text(NamedTuple):
    """One wording in English and in Spanish, always in this order."""

    en: str
    es: str

    def of(self, language: Language) -> str:
        """The wording in that language."""
        return self.es if language == "es" else self.en

    def format(self, **facts: object) -> "Text":
        """Both wordings with the same facts in their places."""
        return Text(self.en.format(**facts), self.es.format(**facts))

    @classmethod
    def joined(cls, texts: Iterable["Text"], between: str = " ") -> "Text":
        """Several wordings one after the other."""
        said = list(texts)
        return cls(between.join(text.en for text in said), between.join(text.es for text in said))
