"""What an OSError of a disk means: a bad place on it, the whole disk gone, or something else.

The kernel turns a block layer's status into an errno (blk-core's table): a medium error comes as EIO or ENODATA, a
drive's own refusal as EREMOTEIO, a deadline as ETIMEDOUT.
"""

from __future__ import annotations

import errno
import os

from recond.core.words import N_

BAD_PLACE = frozenset(
    {
        errno.EIO,
        errno.ENODATA,
        errno.EREMOTEIO,
        errno.EILSEQ,
        errno.ETIMEDOUT,
        errno.EBADE,
        errno.ENOLINK,
    }
)
"""Errors that may concern one place only: worth a retry in small steps."""

GONE = frozenset({errno.ENXIO, errno.ENODEV, errno.ENOSPC, errno.ENOMEDIUM, errno.ESHUTDOWN})
"""The device is not there any more, or has shrunk: abort at once."""


def is_bad_place(error: OSError) -> bool:
    """Tell whether a retry in small steps makes sense."""
    return error.errno in BAD_PLACE


def is_gone(error: OSError) -> bool:
    """Tell whether the device vanished."""
    return error.errno in GONE


def explain(error: OSError) -> str:
    """Return the error in one French sentence, with its kernel name for those who look it up."""
    name = errno.errorcode.get(error.errno or 0, str(error.errno))
    if is_gone(error):
        return N_("le disque a disparu, ou rétréci, pendant le travail ({name})").format(name=name)
    return N_("erreur d'entrée/sortie : {strerror} ({name})").format(
        strerror=os.strerror(error.errno) if error.errno else error, name=name
    )
