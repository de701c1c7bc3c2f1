"""The bodies of commands as pydantic models, made of the commands' dataclasses.

Rule 1: strict: no text, fraction or truth value for a whole number (`5.0` is one, as JSON Schema
has it), and what is not named is refused.
Rule 2: texts bear no control characters (reliability T20), and have a bounded length.
"""

import dataclasses
import types
import typing
from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from gateway.actions import Action
from infra.codec import COMMAND_ID

TEXT_MAX: Final = 16_000
LIST_MAX: Final = 1_000
INTEGER_MAX: Final = 2**53
WORD: Final = r"^[A-Za-z0-9._:-]{1,64}$"
PRINTABLE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
WAIT_MS_MAX: Final = 3_000

_STRICT: Final = ConfigDict(extra="forbid", strict=True)
_TEXT: Final = Annotated[str, Field(max_length=TEXT_MAX, pattern=PRINTABLE)]


def _whole(value: object) -> object:
    """5.0 is the whole number 5 to JSON; nothing else is made one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WHOLE: Final = BeforeValidator(_whole)
_INTEGER: Final = Annotated[int, Field(ge=-INTEGER_MAX, le=INTEGER_MAX), _WHOLE]


@cache
def body_model(action: Action) -> type[BaseModel]:
    """Return the model of a method's body."""
    name = "".join(part.title() for part in action.method.replace("_", ".").split("."))
    envelope: dict[str, Any] = {
        "command_id": (
            Annotated[str, Field(pattern=COMMAND_ID, description="Made by who asks, and kept")],
            ...,
        ),
        action.root_field: (Annotated[str, Field(pattern=WORD)], ...),
        "wait_ms": (Annotated[int, Field(ge=0, le=WAIT_MS_MAX), _WHOLE], 0),
        "issued_at_ms": (Annotated[int, Field(ge=0, le=INTEGER_MAX), _WHOLE] | None, None),
    }
    made: type[BaseModel] = create_model(
        f"{name}Body", __config__=_STRICT, __doc__=action.command.__doc__,
        **envelope, **_fields(action.command),
    )  # fmt: skip
    return made


def _fields(message: type) -> dict[str, Any]:
    hints = typing.get_type_hints(message)
    return {
        field.name: (_described(hints[field.name]), _default(field))
        for field in dataclasses.fields(message)
    }


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default is not dataclasses.MISSING:
        default = field.default
        return list(default) if isinstance(default, tuple) else default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return ...


@cache
def _nested(message: type) -> type[BaseModel]:
    made: type[BaseModel] = create_model(
        message.__name__, __config__=_STRICT, __doc__=message.__doc__, **_fields(message)
    )
    return made


def _described(kind: Any) -> Any:
    """Return the type that pydantic is to check, for a type of a dataclass's field."""
    if isinstance(kind, typing.NewType):
        return _described(kind.__supertype__)
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        options = [_described(each) for each in typing.get_args(kind)]
        return typing.Union[tuple(options)]  # noqa: UP007 - the options are known at run time
    if typing.get_origin(kind) is tuple:
        return Annotated[list[_described(typing.get_args(kind)[0])], Field(max_length=LIST_MAX)]  # type: ignore[misc]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _nested(kind)
    return {str: _TEXT, int: _INTEGER}.get(kind, kind)
