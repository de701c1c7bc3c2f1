"""What people read, by code and language: one catalogue, `zh.json` and `en.json` beside this file.

Rule 1: both hold the same codes, and each pair of texts the same `{param}` placeholders.
Rule 2: a text is never lost for want of a parameter or of a translation: it is shown as it stands.
Rule 3: a parameter in fen is shown as an amount, in the way of the language.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from infra.i18n.shown import shown_amount

LANGUAGES: Final = ("zh", "en")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return every text of a language, by code; raises `LookupError` for another language."""
    if lang not in LANGUAGES:
        message = f"no texts in {lang!r}, only in {', '.join(LANGUAGES)}"
        raise LookupError(message)
    path = Path(__file__).with_name(f"{lang}.json")
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts


def text(code: str, lang: str, params: Mapping[str, int | str] | None = None) -> str:
    """Return the text of a code with its parameters put in; the code itself where it is unknown."""
    shown = {
        name: shown_amount(value, lang)
        if name.endswith("_fen") and isinstance(value, int)
        else value
        for name, value in (params or {}).items()
    }
    return catalogue(lang).get(code, code).format_map(_Shown(shown))


class _Shown(dict[str, int | str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
