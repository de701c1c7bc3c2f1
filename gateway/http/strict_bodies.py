"""Bodies are JSON, say so, and say one thing only, before anything else looks at them.

Rule 1: a body that does not say `application/json` is a 415, whatever is in it.
Rule 2: what is no strict JSON is a 422, with the reason and never with the body.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gateway.http.problems import Problem
from gateway.strict_json import strict_json

JSON: Final = "application/json"


class _StrictRequest(Request):
    """A request whose body is read strictly."""

    async def json(self) -> Any:
        """Return what the body says; raises what the framework makes a 422 of."""
        body = await self.body()
        try:
            return strict_json(body)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise json.JSONDecodeError(reason, "", 0) from error


class StrictRoute(APIRoute):
    """The class of every route that takes a body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            found = _StrictRequest(request.scope, request.receive)
            if self.body_field is not None and await found.body():
                said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                if said != JSON:
                    raise Problem(415)
            return await answer(found)

        return strictly
