"""What Python costs over C, on this machine and this Python:

    LIBTGCALL_LIBRARY=…/libtgcall.so python bench.py [push] [event] [calls]

`push`: medians of a push and a pull of 20 ms, over those of bench.c. `event`: from a function that causes one to the
handler that gets it, 99 of 100. `calls`: processor time of 50 calls with sound both ways, over that of bench.c.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path
from typing import Callable, List, Tuple

import libtgcall
from libtgcall import Call, CallEndedEvent, Client, Event, SignalingSendEvent

RATE_HZ, FRAMES = 16000, 320
ROUNDS, PAIRS, SECONDS = 500, 25, 10
FOLDER = Path(__file__).resolve().parent


def in_c(*arguments: str) -> Tuple[int, int]:
    """Builds bench.c against the library that is measured, and runs it."""
    library = os.environ["LIBTGCALL_LIBRARY"]
    with tempfile.TemporaryDirectory() as folder:
        # Under the name that the linker writes down.
        for name in ("libtgcall.so", "libtgcall.so." + ".".join(libtgcall.__version__.split(".")[:2])):
            os.symlink(os.path.abspath(library), f"{folder}/{name}")
        program = f"{folder}/bench"
        include = FOLDER.parents[1] / "include"
        subprocess.run(
            [
                *(os.environ.get("CC", "cc"), "-O2", f"-I{include}", str(FOLDER / "bench.c"), "-o", program),
                *(f"-L{folder}", "-ltgcall", f"-Wl,-rpath,{folder}"),
            ],
            check=True,
        )
        told = subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout
    one, two = told.split()
    return int(one), int(two)


async def connect(alice: Client, bob: Client, pairs: int) -> List[Tuple[Call, Call]]:
    made = []
    for number in range(pairs):
        key = bytes([number]) + bytes(range(255))
        made.append((alice.attach(key, outgoing=True), bob.attach(key, outgoing=False)))
    for pair in made:
        for call, other in (pair, pair[::-1]):

            def forward(event: Event, other: Call = other) -> None:
                if isinstance(event, SignalingSendEvent):
                    other.handle_signaling(event.data)

            call.on_event(forward)
            call.connect("9.0.0", True)
    await asyncio.gather(*(call.connected() for pair in made for call in pair))
    return made


def noise() -> array[int]:
    return array("h", (random.randrange(-2048, 2048) for _ in range(FRAMES)))


async def pace(turns: int, work: Callable[[], None]) -> None:
    """Every 20 ms, by a clock that does not drift."""
    next_at = time.monotonic()
    for _ in range(turns):
        next_at += 0.02
        await asyncio.sleep(max(0.0, next_at - time.monotonic()))
        work()


async def push() -> None:
    pushed: List[int] = []
    pulled: List[int] = []
    async with Client() as alice, Client() as bob:
        for client in (alice, bob):
            client.set_interfaces(["127.0.0.1"])
        [(call, theirs)] = await connect(alice, bob, 1)
        sound, room = noise(), bytearray(2 * FRAMES)

        def work() -> None:
            start = time.perf_counter_ns()
            call.push(sound, RATE_HZ)
            middle = time.perf_counter_ns()
            theirs.pull(room, RATE_HZ)
            pulled.append(time.perf_counter_ns() - middle)
            pushed.append(middle - start)

        await pace(ROUNDS, work)
    for name, times, in_c_ns in zip(("push", "pull"), (pushed, pulled), in_c("push", str(ROUNDS))):
        median = statistics.median(times)
        print(f"{name} of 20 ms: {median / 1000:.2f} us, {in_c_ns / 1000:.2f} us in C: {(median - in_c_ns) / 1000:+.2f} us")


async def event() -> None:
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
    print(
        f"an event to its handler: median {times[len(times) // 2] * 1e3:.3f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.3f} ms"
    )


def used_ms() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int((used.ru_utime + used.ru_stime) * 1000)


async def calls() -> None:
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
    in_c_ms, in_c_heard = in_c("calls", str(PAIRS), str(SECONDS))
    print(
        f"{2 * PAIRS} calls with sound for {SECONDS} s: {used} ms of processor and {heard} frames, "
        f"{in_c_ms} ms and {in_c_heard} frames in C: {used / in_c_ms:.2f} times"
    )


if __name__ == "__main__":
    parts = {"push": push, "event": event, "calls": calls}
    print(f"Python {sys.version.split()[0]}, libtgcall {libtgcall.library_version()}, load {os.getloadavg()[0]:.1f}")
    for name in sys.argv[1:] or parts:
        asyncio.run(parts[name]())
