"""A connection to `tgcall-sim`, the Telegram to test against: what a host's MTProto library is in earnest."""

from __future__ import annotations

import asyncio
import itertools
import struct
from typing import Callable, Dict, NamedTuple, Optional

from ._errors import RpcError
from ._rpc import RPC_ERROR
from ._values import Peer

_HEAD = struct.Struct("<IBQ")
_REQUEST, _ANSWER, _UPDATE, _HELLO = range(4)


class Chat(NamedTuple):
    """A chat that the account is in, as it was when the connection was made."""

    peer: Peer
    call_id: int
    """Of the group call that was up; 0: none."""
    access_hash: int
    title: str


class Telegram:
    """One device of one account. `send` is what Client wants; updates go to `on_update`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.on_update: Optional[Callable[[bytes], object]] = None
        self.server_time = 0
        self.access_hashes: Dict[int, int] = {}
        """By which this account knows the users."""
        self.chats: Dict[int, Chat] = {}
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._waiting: Dict[int, asyncio.Future[bytes]] = {}
        self._task: Optional[asyncio.Task[None]] = None

    @classmethod
    async def connect(cls, port: int, account: int, device: int = 1, host: str = "127.0.0.1") -> Telegram:
        telegram = cls(*await asyncio.open_connection(host, port))
        telegram._task = asyncio.get_running_loop().create_task(telegram._read())
        telegram._greet(await telegram._ask(_HELLO, struct.pack("<qI", account, device)))
        return telegram

    async def send(self, method: bytes) -> bytes:
        answer = await self._ask(_REQUEST, method)
        if len(answer) >= 12 and struct.unpack_from("<I", answer)[0] == RPC_ERROR:
            code, size = struct.unpack_from("<iB", answer, 4)
            raise RpcError(code, answer[9 : 9 + size].decode("utf-8", "replace"))
        return answer

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._writer.close()

    async def __aenter__(self) -> Telegram:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, kind: int, body: bytes) -> bytes:
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(_HEAD.pack(9 + len(body), kind, number) + body)
            return await answer
        finally:
            del self._waiting[number]

    async def _read(self) -> None:
        try:
            while True:
                size, kind, number = _HEAD.unpack(await self._reader.readexactly(_HEAD.size))
                self._take(kind, number, await self._reader.readexactly(size - 9))
        except (OSError, EOFError):
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("no connection to tgcall-sim"))

    def _take(self, kind: int, number: int, body: bytes) -> None:
        if kind == _UPDATE:
            if self.on_update is not None:
                self.on_update(body)
            return
        answer = self._waiting.get(number)
        if answer is not None and not answer.done():
            answer.set_result(body)

    def _greet(self, hello: bytes) -> None:
        self.server_time, count = struct.unpack_from("<qI", hello)
        at = 12
        for _ in range(count):
            user, access_hash, size = struct.unpack_from("<qqI", hello, at)
            self.access_hashes[user] = access_hash
            at += 20 + size
        for _ in range(count):  # their second names
            at += 4 + struct.unpack_from("<I", hello, at)[0]
        (count,) = struct.unpack_from("<I", hello, at)
        at += 4
        for _ in range(count):
            is_channel, chat, access_hash, call, call_hash, size = struct.unpack_from("<BqqqqI", hello, at)
            peer = Peer.channel(chat, access_hash) if is_channel else Peer.chat(chat)
            at += 37 + size
            self.chats[chat] = Chat(peer, call, call_hash, hello[at - size : at].decode("utf-8", "replace"))
