"""Finds and loads the library."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from pathlib import Path
from typing import List, Optional, Tuple

_NAMES = {"darwin": "libtgcall.dylib", "win32": "tgcall.dll"}
_VARIABLE = "LIBTGCALL_LIBRARY"


def _load(wanted: str) -> ctypes.CDLL:
    """The file that LIBTGCALL_LIBRARY names, else the one beside this module, else the system's."""
    name = _find()
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise ImportError(f"libtgcall cannot be loaded from {name}: {error}", path=name) from error
    try:
        get_number = library.tgcall_version_get_number
    except AttributeError:
        raise ImportError(f"{name} is no libtgcall: it has no tgcall_version_get_number", path=name) from None
    get_number.restype = ctypes.c_uint32
    _check(name, _parts(get_number()), _numbers(wanted))
    return library


def _find() -> str:
    named = os.environ.get(_VARIABLE)
    if named:
        return named
    beside = Path(__file__).parent / _NAMES.get(sys.platform, "libtgcall.so")
    if beside.exists():
        return str(beside)
    found: Optional[str] = ctypes.util.find_library("tgcall")
    if found:
        return found
    raise ImportError(
        f"libtgcall is not here: there is no {beside}, and the system knows no library of the name tgcall. "
        f"Install a wheel, which has it inside, or the library itself, or set {_VARIABLE} to the library's file."
    )


def _check(name: str, has: Tuple[int, int, int], wants: Tuple[int, int, int]) -> None:
    """Before 1.0 a minor release may break the API; after it, only a major one. A library may be newer, not older."""
    breaking = 1 if wants[0] else 2
    if has[:breaking] == wants[:breaking] and has >= wants:
        return
    has_text, wants_text = (".".join(map(str, version)) for version in (has, wants))
    raise ImportError(f"{name} is libtgcall {has_text}, and this package wants {wants_text}", path=name)


def _parts(number: int) -> Tuple[int, int, int]:
    return number >> 16, number >> 8 & 0xFF, number & 0xFF


def _numbers(version: str) -> Tuple[int, int, int]:
    parts: List[int] = [int(part) for part in version.split(".")]
    return parts[0], parts[1], parts[2]
