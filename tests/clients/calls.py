#!/usr/bin/env python3
"""Calls between client libraries, through tests/gateway and tgcall-sim, without Telegram.

    calls.py [--calls N] [--play NAME]... [--neighbours] [--demo] LIBRARY...

Each pair of the libraries plays each play, a library with itself too; with `--neighbours` those that stand beside each other.
What is not here says SKIPPED and why. scripts/clients.sh makes what this needs: the programs on other libraries, the gateway,
the simulator.
"""

import argparse
import asyncio
import itertools
import logging
import os
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bindings/python/src"), str(ROOT / "bindings/python")]

import ends  # noqa: E402
from libtgcall import CallMigratedEvent, CallState, End, EndedError, StateError  # noqa: E402
from tests.clients import Gateway  # noqa: E402
from tests.support import share_of_tone, tone  # noqa: E402

ALICE, BOB = 1001, 1002
USERNAMES = {ALICE: "alice_1001", BOB: "bob_1002"}
PATIENCE_S = 30
CALLER_HZ, CALLEE_HZ = 440, 1000
PLAY_S, CALL_S = 240, 60
"""For a play, and for each call of the play `calls`. They are far from that."""
FRAMES = 15
"""So many frames of 20 ms with the tone, and it was heard."""


class Failure(Exception):
    """What was to happen did not."""


def expect(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found!r}, not {wanted!r}")


async def within(awaitable, what="it"):
    try:
        return await asyncio.wait_for(awaitable, PATIENCE_S)
    except asyncio.TimeoutError as error:
        raise Failure(f"{what} took more than {PATIENCE_S} s") from error


# A call


async def talk(caller, callee):
    """A call that is up, as both have it."""
    incoming = callee.client.incoming()
    try:
        call = await within(caller.call(USERNAMES[callee.account]), "placing the call")
        theirs = await within(incoming.__anext__(), "the call's coming in")
    finally:
        incoming.close()
    expect(theirs.user_id, caller.account, "who calls")
    theirs.accept()
    await within(asyncio.gather(call.connected(), theirs.connected()), "connecting")
    expect(call.emoji, theirs.emoji, "emoji")
    return call, theirs


async def hears(call, hz):
    heard = 0
    async for frame in call.listen(ends.RATE_HZ):
        heard += share_of_tone(frame, hz=hz) > 0.8
        if heard == FRAMES:
            return
    raise Failure(f"the call ended before {hz} Hz were heard")


async def sound_both_ways(call, theirs):
    """Each plays its own tone and listens for the other's."""
    rate, longest = ends.RATE_HZ, PATIENCE_S
    playing = [call.play(tone(longest, hz=CALLER_HZ), rate), theirs.play(tone(longest, hz=CALLEE_HZ), rate)]
    try:
        await within(asyncio.gather(hears(theirs, CALLER_HZ), hears(call, CALLEE_HZ)), "hearing each other")
    except Failure as error:
        raise Failure(f"{error}\n{call.report_text(True)}\n{theirs.report_text(True)}") from error
    finally:
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
        call.clear()
        theirs.clear()


async def hang_up(one, other):
    expect((await within(one.hangup(), "hanging up")).end, End.LOCAL_HANGUP, "the end, here")
    expect((await within(other.wait_ended(), "hearing of the end")).end, End.REMOTE_HANGUP, "the end, there")


async def whole_call(caller, callee, callee_hangs_up=False):
    call, theirs = await talk(caller, callee)
    await sound_both_ways(call, theirs)
    await (hang_up(theirs, call) if callee_hangs_up else hang_up(call, theirs))


# Plays: what two ends go through. Each says with which knobs and rules of tgcall-sim.


async def play_calls(a, b, world):
    """Calls in a row, in both directions; caller and callee hang up in turn."""
    for number in range(world.calls):
        caller, callee = (a, b) if number % 2 == 0 else (b, a)
        try:
            await whole_call(caller, callee, number % 4 >= 2)
        except (Failure, EndedError) as error:
            raise Failure(f"call {number + 1}, {caller.name} to {callee.name}: {error}") from error


async def play_cut(a, b, world):
    """All connections are cut while the call is up, and again a second later; then the next call is as good as any."""
    for caller, callee in ((a, b), (b, a)):
        call, theirs = await talk(caller, callee)
        for _ in range(2):
            world.gateway.cut()
            await sound_both_ways(call, theirs)
        await asyncio.sleep(2)  # by now all are back, and have said whatever they had to say
        expect((call.state, theirs.state), (CallState.ACTIVE, CallState.ACTIVE), "the states")
        await hang_up(call, theirs)
        await whole_call(caller, callee)


async def play_unknown(a, b, world):
    """Beside every call object comes a user that no library of today can read."""
    await whole_call(a, b)
    await whole_call(b, a, True)


async def play_gaps(a, b, world):
    """Messages that never come leave gaps in seq, behind which libraries wait for a difference."""
    for _ in range(2):
        await whole_call(a, b)
        await whole_call(b, a, True)


async def play_layer(a, b, world):
    """While the call is up a library is updated: what follows comes in another layer."""
    for caller, callee in ((a, b), (b, a)):
        call, theirs = await talk(caller, callee)
        await caller.change_layer(227)
        await sound_both_ways(call, theirs)
        await callee.change_layer(229)
        await sound_both_ways(call, theirs)
        await hang_up(theirs, call)


async def play_padding(a, b, world):
    """Answers and updates with bytes behind them and halves of objects, on the wire; and every update in halves as well."""
    a.feed_halves()
    b.feed_halves()
    await whole_call(a, b)
    await whole_call(b, a, True)


async def play_errors(a, b, world):
    """What Telegram refuses reaches the user as what it is, and nobody sleeps for a FLOOD_WAIT or repeats a request."""
    for end in (a, b):
        started = time.monotonic()
        ended = await refused(end, USERNAMES[(ALICE if end is b else BOB)])
        expect((ended.end, ended.retry_after_s), (End.FLOOD, 7), "FLOOD_WAIT_7")
        expect(time.monotonic() - started < 5, True, "FLOOD_WAIT_7 was told at once")
        for username, how in REFUSING.items():
            expect((await refused(end, username)).end, how, username)
    await whole_call(a, b)
    await whole_call(b, a)


REFUSING = {
    "carol_1003": End.PRIVACY,
    "heidi_1008": End.OUTDATED,
    "erin_1005": End.NO_USER,
}


async def refused(end, username):
    try:
        await within(end.call(username), f"calling {username}")
    except EndedError as error:
        return error.event
    raise Failure(f"{username} was called")


IN_GROUPS = ("telethon", "kurigram")
"""Those with an adapter whose layer the gateway writes chats in."""


async def play_group(a, b, world):
    """A group call: one makes it, the other finds it by the chat's name; they hear each other, leave and come back."""
    if a.name not in IN_GROUPS or b.name not in IN_GROUPS:
        print(f"SKIPPED: group: {a.name} and {b.name}: adapters of {IN_GROUPS} join group calls here", flush=True)
        return
    for end in (a, b):
        end.client.set_interfaces(["127.0.0.1"])  # where tgcall-sim has its media server
    made = await within(a.calls.create_group("friends_5001", "Song"), "making the group call")
    await within(made.join(), "joining it")
    for _ in range(2):
        joined = await within(b.calls.join_group("friends_5001"), "joining it by the chat")
        expect(joined.roster.title, "Song", "the title")
        await sound_both_ways(made, joined)
        expect((await within(joined.leave(), "leaving")).end, End.LOCAL_HANGUP, "the end of who left")
    expect(made.state, CallState.ACTIVE, "the state of who stayed")
    await within(made.end(), "ending it for all")


async def play_conference(a, b, world):
    """A private call becomes a conference and they hear each other all the time; then one that is made, and an invitation by message."""
    if a.name not in IN_GROUPS or b.name not in IN_GROUPS or a is b:
        print(f"SKIPPED: conference: {a.name} and {b.name}: adapters of {IN_GROUPS} are in conferences here", flush=True)
        return
    for end in (a, b):
        end.client.set_interfaces(["127.0.0.1"])
    call, theirs = await talk(a, b)
    await sound_both_ways(call, theirs)
    while not call.can_upgrade:
        await asyncio.sleep(0.05)
    moved = asyncio.ensure_future(first(theirs, CallMigratedEvent))
    hers = call.upgrade()
    his = b.client.group((await within(moved, "following")).new_call)
    await agree(hers, his)
    await sound_both_ways(hers, his)
    for one in (call, theirs):
        expect((await within(one.wait_ended(), "the private call's end")).end, End.MIGRATED, "the end of the private call")
    await within(hers.end(), "ending it for all")
    await within(his.wait_ended(), "hearing of the end")

    invitations = a.calls.invitations()
    made = await within(b.calls.create_conference(), "making a conference")
    await within(made.invite_user(await b.calls.peer(USERNAMES[ALICE])), "inviting")
    joined = await within(invitations.__anext__(), "the invitation's coming in")
    invitations.close()
    await within(joined.join(), "accepting it")
    await agree(made, joined)
    await sound_both_ways(made, joined)
    await within(made.remove_user(await b.calls.peer(USERNAMES[ALICE])), "removing")
    expect((await within(joined.wait_ended(), "hearing of that")).end, End.PRIVACY, "the end of who was removed")
    await within(made.leave(), "leaving")


async def first(call, kind):
    async for event in call:
        if isinstance(event, kind):
            return event
    raise Failure(f"no {kind.__name__}")


async def agree(one, other):
    """Both show the same emoji, once all have verified."""

    async def same():
        while emoji_of(one) is None or emoji_of(one) != emoji_of(other):
            await asyncio.sleep(0.05)

    await within(same(), "verifying")


def emoji_of(call):
    try:
        return call.emoji
    except StateError:
        return None


def rules(*lines):
    return [word for line in lines for word in ("--rule", line)]


def for_both(line):
    return [f"account {account} {line}" for account in (ALICE, BOB)]


PLAYS = {
    "calls": (play_calls, []),
    "cut": (play_cut, []),
    "unknown": (play_unknown, ["--knob", "users=unknown-id"]),
    "gaps": (play_gaps, rules(*for_both("update updateNewMessage nth every drop"))),
    "layer": (play_layer, []),
    "padding": (
        play_padding,
        rules(
            *for_both("answer phone.requestCall nth every append 12"),
            *for_both("answer phone.acceptCall nth every append 400"),
            *for_both("answer phone.confirmCall nth every append 16"),
            *for_both("update updateNewMessage nth every truncate 20"),
            *for_both("update phoneCallDiscarded nth every append 8"),
        ),
    ),
    "group": (play_group, []),
    "conference": (play_conference, []),
    "errors": (play_errors, rules(*for_both("request phone.requestCall nth 1 flood-wait 7"))),
}


# Running them


class World:
    def __init__(self, calls, gateway):
        self.calls, self.gateway = calls, gateway


class Watcher:
    """The loop's exception handler: what reaches it is a defect, of an adapter or of a library; it is printed."""

    def __init__(self):
        self.seen = []

    def __call__(self, _, context):
        self.seen.append(f"{context.get('message')}: {context.get('exception')!r}")


async def run_play(play, pair, calls):
    """How it went: the versions that played, or Failure."""
    function, arguments = PLAYS[play]
    watcher = Watcher()
    asyncio.get_running_loop().set_exception_handler(watcher)
    with Gateway(*arguments) as gateway:
        a, b = ends.make(pair[0], gateway, ALICE), ends.make(pair[1], gateway, BOB)
        async with a, b:
            longest = PLAY_S + CALL_S * (calls if play == "calls" else 0)
            await asyncio.wait_for(function(a, b, World(calls, gateway)), longest)
    return f"{a.name} {a.version}, {b.name} {b.version}", watcher.seen


def pairs_of(options):
    if options.neighbours:
        # In a ring; two are one pair.
        following = options.libraries[1:] + (options.libraries[:1] if len(options.libraries) > 2 else [])
        return list(zip(options.libraries, following))
    return list(itertools.combinations_with_replacement(options.libraries, 2))


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("libraries", nargs="+", choices=ends.names(), metavar="LIBRARY", help=", ".join(ends.names()))
    parser.add_argument("--play", action="append", choices=PLAYS, help="what is played; all without it")
    parser.add_argument("--calls", type=int, default=20, help="how many calls in a row the play `calls` has")
    parser.add_argument("--neighbours", action="store_true", help="only pairs that stand beside each other")
    parser.add_argument("--demo", action="store_true", help="one call from the first library to the second, told as it goes")
    parser.add_argument("--tries", type=int, default=1, help="how often one that failed is tried again")
    return parser.parse_args()


def main():
    options = parse()
    # Of what is unreadable the library warns; here that is what was asked for.
    logging.getLogger("libtgcall").setLevel(logging.WARNING if "TGCALL_CLIENTS_LOG" in os.environ else logging.CRITICAL)
    here = []
    for name in options.libraries:
        why = ends.why_not(name)
        if why:
            print(f"SKIPPED: {name}: {why}")
        else:
            here.append(name)
    options.libraries = here
    if options.demo:
        return asyncio.run(demo(*here)) if len(here) == 2 else 0
    passed = failed = 0
    for play in options.play or PLAYS:
        for pair in pairs_of(options):
            if try_play(play, pair, options):
                passed += 1
            else:
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


async def demo(first, second):
    """One call with sound, told as it goes."""
    with Gateway() as gateway:
        print(f"a simulated Telegram, with an MTProto gateway on 127.0.0.1:{gateway.port}")
        alice, bob = ends.make(first, gateway, ALICE), ends.make(second, gateway, BOB)
        async with alice, bob:
            print(f"Alice is logged in by {alice.name} {alice.version}, Bob by {bob.name} {bob.version}")
            try:
                call, theirs = await talk(alice, bob)
                print(f"Alice has called @{USERNAMES[BOB]}, who has answered: {' '.join(call.emoji)}")
                await sound_both_ways(call, theirs)
                print(f"Bob hears {CALLER_HZ} Hz from Alice, Alice hears {CALLEE_HZ} Hz from Bob")
                await hang_up(call, theirs)
            except (Failure, EndedError) as error:
                print(f"FAILED: {error}")
                return 1
            print(f"Alice has hung up after {call.duration_s} s, and Bob was told")
    return 0


def try_play(play, pair, options):
    for attempt in range(options.tries):
        started = time.monotonic()
        try:
            who, seen = asyncio.run(run_play(play, pair, options.calls))
        except Exception as error:
            word = "RETRY" if attempt + 1 < options.tries else "FAILED"
            print(f"{word}: {play}: {pair[0]} and {pair[1]}: {type(error).__name__}: {error}", flush=True)
            if not isinstance(error, (Failure, EndedError)):
                traceback.print_exc()
            continue
        for one in seen:
            print(f"NOTE: {play}: {pair[0]} and {pair[1]}: {one}")
        print(f"ok: {play}: {who}: {time.monotonic() - started:.1f} s", flush=True)
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
