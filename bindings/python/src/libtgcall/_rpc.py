"""Requests of the library to Telegram, sent by the host's own connection."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Awaitable, Callable, Optional, Tuple

from ._errors import RpcError

Send = Callable[[bytes], Awaitable[bytes]]
"""Takes a boxed method in TL, and gives Telegram's answer to it. It raises RpcError for an rpc_error."""

RPC_ERROR = 0x2144CA19


def refusal(error: BaseException) -> Optional[Tuple[int, str]]:
    """The code and the name of an rpc_error, as RpcError has them and the exceptions of Telethon and Pyrogram: a number
    in `code` or `CODE`, and the name in `ID` or in the name of the class. None if it is something else."""
    if isinstance(error, RpcError):
        return error.code, error.name
    for attribute in ("code", "CODE"):
        code = getattr(error, attribute, None)
        if isinstance(code, int) and not isinstance(code, bool):
            return code, _name(error)
    return None


def _name(error: Any) -> str:
    name = getattr(error, "ID", None)
    if not isinstance(name, str) or not name:
        message = getattr(error, "message", None)
        # RPCError itself is what an unknown name becomes, with the name as its message.
        is_name = isinstance(message, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{5,}", message) and "_" in message
        words = re.sub(r"(?:_?Error)$", "", type(error).__name__)
        name = str(message) if is_name else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words).upper()
    seconds = getattr(error, "seconds", getattr(error, "value", None))
    wants_number = name.endswith(("_X", "_WAIT")) and isinstance(seconds, int) and not isinstance(seconds, bool)
    if wants_number:
        name = f"{name[:-2] if name.endswith('_X') else name}_{seconds}"
    return str(name)


def is_lost(error: BaseException) -> bool:
    """Whether the request went unanswered, which happens, and is not a fault of the program."""
    return isinstance(error, (OSError, EOFError, asyncio.TimeoutError, asyncio.CancelledError))
