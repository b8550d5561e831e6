"""What Python costs over C, on this machine and this Python; `make bench-bindings PART=python` runs it.

    LIBTGCALL_LIBRARY=…/libtgcall.so python bench.py FOLDER [push] [event] [calls]

FOLDER has bench and libbench.so, both of bindings/bench.c. `push`: a push and a pull of 20 ms, by turns with C, in a loop
and one every 20 ms. `event`: from a function that causes one to the handler that gets it. `calls`: processor time of 50
calls with sound both ways, over that of bench.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from array import array
from typing import Callable, List, Optional, Tuple

import libtgcall
from libtgcall import Call, CallEndedEvent, Client, Event, NotFoundError, SignalingSendEvent

RATE_HZ, FRAMES = 16000, 320  # of the calls with sound
PUSH_HZ, PUSH_FRAMES = 48000, 960
LOOPS, ROUNDS, PAIRS, SECONDS = 5000, 500, 25, 10
BLOCK = 25
"""Of frames at their pace, half a second goes the same way, as in a program that has one way."""


async def connect(alice: Client, bob: Client, pairs: int) -> List[Tuple[Call, Call]]:
    made = []
    for number in range(pairs):
        key = bytes([number]) + bytes(range(255))
        made.append((alice.attach(key, outgoing=True), bob.attach(key, outgoing=False)))
    for pair in made:
        for call, other in (pair, pair[::-1]):

            def forward(event: Event, other: Call = other) -> None:
                if isinstance(event, SignalingSendEvent):
                    try:
                        other.handle_signaling(event.data)
                    except NotFoundError:
                        pass  # it has ended

            call.on_event(forward)
            call.connect("9.0.0", True)
    await asyncio.gather(*(call.connected() for pair in made for call in pair))
    return made


def noise(frames: int = FRAMES) -> array[int]:
    return array("h", (random.randrange(-2048, 2048) for _ in range(frames)))


async def pace(turns: int, work: Callable[[], None]) -> None:
    """Every 20 ms, by a clock that does not drift."""
    next_at = time.monotonic()
    for _ in range(turns):
        next_at += 0.02
        await asyncio.sleep(max(0.0, next_at - time.monotonic()))
        work()


class Turns:
    """Pushes to one end and pulls from the other, `block` times here and as often in C."""

    def __init__(self, call: Call, theirs: Call, in_c: ctypes.CDLL, block: int = 1) -> None:
        self.call, self.theirs, self.in_c, self.block = call, theirs, in_c, block
        for function in (in_c.bench_push_ns, in_c.bench_pull_ns):
            function.restype = ctypes.c_int64
            function.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_size_t]
        self.sound, self.room = noise(PUSH_FRAMES), bytearray(2 * PUSH_FRAMES)
        self.at = ctypes.byref(ctypes.c_char.from_buffer(self.sound)), ctypes.byref(ctypes.c_char.from_buffer(self.room))
        self.count = 0
        self.times: List[Tuple[List[int], List[int]]] = [([], []), ([], [])]

    def one(self) -> None:
        is_c = self.count // self.block % 2
        self.count += 1
        pushed, pulled = self.times[is_c]
        if is_c:
            with self.call._handle as client:
                pushed.append(self.in_c.bench_push_ns(client, self.call.id, PUSH_HZ, self.at[0], PUSH_FRAMES))
            with self.theirs._handle as client:
                pulled.append(self.in_c.bench_pull_ns(client, self.theirs.id, PUSH_HZ, self.at[1], PUSH_FRAMES))
            assert pushed[-1] >= 0 and pulled[-1] >= 0
            return
        start = time.perf_counter_ns()
        self.call.push(self.sound, PUSH_HZ)
        middle = time.perf_counter_ns()
        self.theirs.pull(self.room, PUSH_HZ)
        pulled.append(time.perf_counter_ns() - middle)
        pushed.append(middle - start)

    def tell(self, how: str) -> None:
        (pushed, pulled), (pushed_c, pulled_c) = self.times
        tell(f"push of 20 ms, {how}", statistics.median(pushed), statistics.median(pushed_c), "ns")
        tell(f"pull of 20 ms, {how}", statistics.median(pulled), statistics.median(pulled_c), "ns")


async def push(folder: str) -> None:
    async with Client() as alice, Client() as bob:
        for client in (alice, bob):
            client.set_interfaces(["127.0.0.1"])
        [(call, theirs)] = await connect(alice, bob, 1)
        in_c = ctypes.CDLL(f"{folder}/libbench.so")
        loop, paced = Turns(call, theirs, in_c), Turns(call, theirs, in_c, BLOCK)
        for _ in range(2 * LOOPS):
            call.clear()  # a full queue costs less
            loop.one()
        call.clear()
        await pace(2 * ROUNDS, paced.one)
    loop.tell("in a loop")
    paced.tell("at its pace")


async def event(_folder: str) -> None:
    times: List[float] = []
    async with Client() as client:
        client.set_interfaces(["127.0.0.1"])
        for _ in range(ROUNDS):
            call = client.attach(bytes(range(256)), outgoing=True)
            told: asyncio.Future[float] = asyncio.get_running_loop().create_future()

            def handler(event: Event, told: asyncio.Future[float] = told) -> None:
                if isinstance(event, CallEndedEvent):
                    told.set_result(time.perf_counter())

            call.on_event(handler)
            start = time.perf_counter()
            call.discard()
            times.append(await told - start)
            await asyncio.sleep(0.005)
    times.sort()
    tell("an event to its handler, median", times[len(times) // 2] * 1e6, None, "us")
    tell("an event to its handler, p99", times[len(times) * 99 // 100] * 1e6, None, "us")


def tell(what: str, figure: float, in_c: Optional[float], unit: str) -> None:
    """A line for scripts/bench-bindings.py."""
    print(f"Python\t{what}\t{figure:.0f}\t{'-' if in_c is None else round(in_c)}\t{unit}", flush=True)


def used_ms() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int((used.ru_utime + used.ru_stime) * 1000)


async def calls(folder: str) -> None:
    heard = 0
    async with Client(max_calls=PAIRS) as alice, Client(max_calls=PAIRS) as bob:
        for client in (alice, bob):
            client.set_interfaces(["127.0.0.1"])
        ends = [call for pair in await connect(alice, bob, PAIRS) for call in pair]

        async def listen(call: Call) -> None:
            nonlocal heard
            async for _ in call.listen(RATE_HZ):
                heard += 1

        listening = [asyncio.ensure_future(listen(call)) for call in ends]
        sound = [noise() for _ in range(16)]

        def work() -> None:
            for call in ends:
                call.push(random.choice(sound), RATE_HZ)

        await pace(100, work)  # the first two seconds are not counted
        begin, heard = used_ms(), 0
        await pace(50 * SECONDS, work)
        used = used_ms() - begin
        for call in ends:
            call.discard()
        await asyncio.gather(*listening)
    program = [f"{folder}/bench", str(PAIRS), str(SECONDS)]
    told = subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout
    in_c_ms, in_c_heard = map(int, told.split())
    tell(f"processor of {2 * PAIRS} calls for {SECONDS} s", used, in_c_ms, "ms")
    tell(f"frames heard of {2 * PAIRS} calls in {SECONDS} s", heard, in_c_heard, "")


if __name__ == "__main__":
    parts = {"push": push, "event": event, "calls": calls}
    print(f"Python {sys.version.split()[0]}, libtgcall {libtgcall.library_version()}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for name in sys.argv[2:] or parts:
        asyncio.run(parts[name](sys.argv[1]))
