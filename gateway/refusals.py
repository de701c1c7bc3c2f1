"""What never reaches the log, as a typed answer."""

from collections.abc import Mapping


class Refusal(Exception):
    """Not put on the log. `temporary`: the same again may go through. `status` is HTTP's."""

    def __init__(
        self,
        code: str,
        status: int,
        params: Mapping[str, int | str] | None = None,
        *,
        temporary: bool = False,
    ) -> None:
        """`code` is one of the catalogue of texts."""
        super().__init__(code)
        self.code = code
        self.status = status
        self.params = dict(params or {})
        self.temporary = temporary
