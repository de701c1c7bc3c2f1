"""What a record batch may be packed with: nothing or gzip, by whomever and wherever it is read.

Rule 1: the other codecs of Kafka are not read, whatever is installed here: what a record is must
not depend on a machine, for a decision binds it.
Rule 2: what unpacks to more than a bound is not read: a small record must not fill the memory.
"""

import gzip
import io
import zlib
from typing import Final

CODEC_MASK: Final = 0x07
PLAIN: Final = 0
GZIP: Final = 1
UNPACKED_BYTES_MAX: Final = 16 * 1024 * 1024


class Unpackable(Exception):
    """These bytes are no gzip, or more than may be unpacked."""


class TooLarge(Unpackable):
    """They unpack to more than the bound."""


def unpack(data: bytes, bytes_max: int = UNPACKED_BYTES_MAX) -> bytes:
    """Unpack gzip of at most `bytes_max` bytes; raises `Unpackable`."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(bytes_max + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unpackable(str(error)) from error
    if len(unpacked) > bytes_max:
        raise TooLarge(f"more than {bytes_max} bytes")
    return unpacked
