"""Where the read model is kept.

Rule 1: a URL may hold a password, so it is no argument that every process listing shows.
"""

import os
from pathlib import Path
from typing import Final

from infra.db.engine import url_of

FILE_NAME: Final = "readmodel.db"
URL_VARIABLE: Final = "SHUOGUO_READ_MODEL_URL"


def read_model_url(data: Path) -> str:
    """Return the URL in `SHUOGUO_READ_MODEL_URL`, or that of a file in the data folder."""
    return url_of(os.environ.get(URL_VARIABLE), data, FILE_NAME)
