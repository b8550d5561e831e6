"""Finds and loads the library."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from pathlib import Path


def _load() -> ctypes.CDLL:
    """The file that TGCALL_LIBRARY names, else the one beside this module, else the system's."""
    names = {"darwin": "libtgcall.dylib", "win32": "tgcall.dll"}
    beside = Path(__file__).parent / names.get(sys.platform, "libtgcall.so")
    named = os.environ.get("TGCALL_LIBRARY")
    if not named:
        named = str(beside) if beside.exists() else ctypes.util.find_library("tgcall")
    if not named:
        raise ImportError("libtgcall is not installed: set TGCALL_LIBRARY to the library's file")
    return ctypes.CDLL(named)
