"""A SIP gateway on PJSUA2 and Telethon: calls between SIP and a Telegram account, with sound.

    TG_API_ID=… TG_API_HASH=… python sip_gateway.py PORT SIP_URI

A SIP call to sip:NAME@127.0.0.1:PORT rings at Telegram's user NAME, and a Telegram call to the account rings at SIP_URI. It
asks nobody for a password, and so listens on 127.0.0.1 alone: your SIP server stands before it. docs/sip.md says more.
"""

import asyncio
import gc
import os
import re
import sys
from typing import AsyncIterator, Awaitable, Callable, Coroutine, List, Optional, Set, Union
from weakref import WeakSet

import pjsua2 as pj
import wide_sound

from libtgcall import Call, CallState, DiscardReason, End, EndedError, Event, StatusError, TgcallError

HOST, LINES = "127.0.0.1", 4
MIXER_HZ, FRAME_MS = 48000, 20
POLL_S, GOODBYE_S = 0.01, 5
CODECS = "opus/48000", wide_sound.NAME, "L16/44100/1", "G722/16000", "PCMA/8000", "PCMU/8000"
"""The most sound first. What PJSIP was built without is left out; the wheel has no Opus."""

TO_SIP = {
    End.BUSY: 486,  # or declined: Telegram tells a caller no difference
    End.MISSED: 480,
    End.REMOTE_HANGUP: 603,
    End.TIMEOUT: 408,
    End.NO_PATH: 480,
    End.DISCONNECTED: 480,
    End.PRIVACY: 403,
    End.NO_USER: 404,
    End.OUTDATED: 488,
    End.INCOMPATIBLE: 488,
    End.FLOOD: 503,
    End.LOCAL_HANGUP: 503,  # the gateway is stopped
}
"""What a SIP caller gets for a call that ended before it was answered; 502 for all others."""
TO_TELEGRAM = {
    408: DiscardReason.MISSED,
    480: DiscardReason.MISSED,
    487: DiscardReason.MISSED,
    486: DiscardReason.BUSY,
    600: DiscardReason.BUSY,
    603: DiscardReason.BUSY,
}
"""What a Telegram caller gets for what SIP answered; "disconnected" for all others."""


class Line(pj.AudioMediaPort):
    """The sound of a Telegram call in PJSIP's mixer. PJSIP calls on a thread of its own; no exception may leave.

    It outlives its call and is used again: PJSIP's thread may be inside one that is freed, which Python does not survive.
    """

    def __init__(self, rate_hz: int) -> None:
        super().__init__()
        self.call: Optional[Call] = None
        self.rate_hz = rate_hz
        self.room = bytearray(2 * rate_hz * FRAME_MS // 1000)
        form = pj.MediaFormatAudio()
        form.init(pj.PJMEDIA_FORMAT_PCM, rate_hz, 1, 1000 * FRAME_MS, 16)
        self.createPort("telegram", form)

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        frame.type = pj.PJMEDIA_FRAME_TYPE_NONE
        call = self.call
        try:
            if call is not None:
                call.pull(self.room, self.rate_hz)
                frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
                frame.buf = pj.ByteVector(bytes(self.room))
        except StatusError:
            pass  # it has just ended

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        call = self.call
        try:
            if call is not None:
                call.push(bytes(frame.buf), self.rate_hz)
        except StatusError:
            pass


class Leg(pj.Call):
    """A SIP call. Its callbacks come on the loop's thread; no exception may leave them either."""

    def __init__(self, account: pj.Account, number: int) -> None:
        super().__init__(account, number)
        self.answered, self.over = asyncio.Event(), asyncio.Event()
        self.status = 0
        """The last one, which says how it ended."""
        self.line: Optional[Line] = None

    def onCallState(self, _: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        self.status = info.lastStatusCode
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.answered.set()
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.over.set()

    def onCallMediaState(self, _: pj.OnCallMediaStateParam) -> None:
        self._join()  # after a hold it is to be joined again

    def rate_hz(self) -> int:
        """Of the line that fits what this call speaks."""
        codec_hz = int(self.getAudioMedia(-1).getPortInfo().format.clockRate)
        return codec_hz if codec_hz <= 16000 else MIXER_HZ

    def carry(self, line: Line) -> None:
        """Joins the sound of both."""
        self.line = line
        self._join()

    def part(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            line.call = None
            try:
                sound = self.getAudioMedia(-1)
                sound.stopTransmit(line)
                line.stopTransmit(sound)
            except pj.Error:
                pass  # PJSIP has taken its end away, and the joint with it

    def _join(self) -> None:
        if self.line is not None:
            try:
                sound = self.getAudioMedia(-1)
                sound.startTransmit(self.line)
                self.line.startTransmit(sound)
            except pj.Error:
                pass  # it is on hold

    def respond(self, status: int) -> None:
        if not self.over.is_set():
            self.answer(with_status(status))

    def end(self, status: int = 0, retry_after_s: int = 0) -> None:
        """Refuses, cancels or hangs up, whichever it takes."""
        if not self.over.is_set():
            self.hangup(with_status(status, retry_after_s))


def with_status(status: int, retry_after_s: int = 0) -> pj.CallOpParam:
    about = pj.CallOpParam(True)
    about.statusCode = status
    if retry_after_s:
        header = pj.SipHeader()
        header.hName, header.hValue = "Retry-After", str(retry_after_s)
        about.txOption.headers.push_back(header)
    return about


class Account(pj.Account):
    def __init__(self, take: Callable[[int, str], None]) -> None:
        super().__init__()
        self.take = take

    def onIncomingCall(self, told: pj.OnIncomingCallParam) -> None:
        named = re.match(r"INVITE sips?:([\w.+-]{1,64})@", told.rdata.wholeMsg)
        self.take(told.callId, named[1] if named else "")


async def first(wanted: Awaitable[object], *others: Awaitable[object]) -> bool:
    """Waits for one of them. Whether it was the wanted one, whose exception is raised."""
    tasks = [asyncio.ensure_future(each) for each in (wanted, *others)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            return False
        await tasks[0]
        return True
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Gateway:
    """Carries calls until `run` is cancelled. `place` calls a user of Telegram."""

    def __init__(self, place: Callable[[Union[int, str]], Awaitable[Call]], to: str, port: int = 0) -> None:
        self.place, self.to = place, to
        self.tasks: "Set[asyncio.Task[None]]" = set()
        self.legs: "WeakSet[Leg]" = WeakSet()
        self.lines: List[Line] = []
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        how = pj.EpConfig()
        # No thread for SIP: its callbacks come from `_poll`. Its sound has one.
        how.uaConfig.threadCnt, how.uaConfig.mainThreadOnly, how.uaConfig.maxCalls = 0, True, LINES
        how.medConfig.clockRate = how.medConfig.sndClockRate = MIXER_HZ
        how.medConfig.noVad, how.medConfig.ptime = True, 10  # 20 ms of L16 do not fit into PJSIP's packets
        how.logConfig.level = how.logConfig.consoleLevel = 1
        self.endpoint.libInit(how)
        wide_sound.add()
        self.endpoint.audDevManager().setNullDev()
        for codec in self.endpoint.codecEnum2():
            rank = [at for at, wanted in enumerate(CODECS) if codec.codecId.startswith(wanted)]
            self.endpoint.codecSetPriority(codec.codecId, 250 - rank[0] if rank else 0)
        where = pj.TransportConfig()
        where.boundAddress, where.port = HOST, port
        number = self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, where)
        self.endpoint.libStart()
        self.port = int(self.endpoint.transportGetInfo(number).localName.rpartition(":")[2])
        account = pj.AccountConfig()
        account.idUri = f"sip:telegram@{HOST}:{self.port}"
        account.mediaConfig.transportConfig.boundAddress = HOST
        self.account = Account(lambda number, name: self._start(self._to_telegram(self._leg(number), name)))
        self.account.create(account)

    async def run(self, incoming: AsyncIterator[Call]) -> None:
        polling = asyncio.ensure_future(self._poll())
        try:
            async for call in incoming:
                self._start(self._to_sip(self._leg(), call))
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            self.endpoint.audDevManager().setNoDev()  # ends PJSIP's thread for sound
            self.lines.clear()
            self.account.shutdown()
            gc.collect()
            for leg in self.legs:
                leg.this.disown()  # PJSIP must not hear of a call once it has gone
            self.endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)
            del self.endpoint  # one a process

    async def _poll(self) -> None:
        while True:
            self.endpoint.libHandleEvents(0)
            await asyncio.sleep(POLL_S)

    def _leg(self, number: int = pj.PJSUA_INVALID_ID) -> Leg:
        leg = Leg(self.account, number)
        self.legs.add(leg)
        return leg

    def _start(self, work: "Coroutine[object, object, None]") -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _to_telegram(self, leg: Leg, name: str) -> None:
        """A call that SIP placed."""
        try:
            call = await self.place(int(name) if name.isdigit() else name)
        except EndedError as error:
            leg.end(TO_SIP.get(error.event.end, 502), error.event.retry_after_s)
            return
        except (ValueError, TgcallError, OSError) as error:  # Telethon's word for an unknown name is ValueError
            print(f"{name} cannot be called: {error!r}", flush=True)
            leg.end(404 if isinstance(error, ValueError) else 503)
            return

        def ring(_: Optional[Event] = None) -> None:
            if call.state == CallState.RINGING:
                leg.respond(180)

        stop = call.on_event(ring)
        ring()
        try:
            if await first(call.connected(), leg.over.wait()):
                leg.respond(200)
                if await first(leg.answered.wait(), leg.over.wait(), call.wait_ended()):
                    await self._talk(leg, call)
        except EndedError:
            pass
        finally:
            stop()
            await self._end(leg, call)

    async def _to_sip(self, leg: Leg, call: Call) -> None:
        """A call that came from Telegram."""
        try:
            leg.makeCall(self.to, with_status(0))
        except pj.Error as error:
            print(f"{self.to} cannot be called: {error.reason}", flush=True)
            leg.over.set()
        try:
            if await first(leg.answered.wait(), leg.over.wait(), call.wait_ended()):
                call.accept()
                if await first(call.connected(), leg.over.wait()):
                    await self._talk(leg, call)
        except (EndedError, StatusError):
            pass
        finally:
            await self._end(leg, call)

    async def _talk(self, leg: Leg, call: Call) -> None:
        print(f"{call}: talks", flush=True)
        try:
            leg.carry(self._line(call, leg.rate_hz()))
        except pj.Error:
            pass  # SIP's side has just ended
        await first(call.wait_ended(), leg.over.wait())

    def _line(self, call: Call, rate_hz: int) -> Line:
        line = next((line for line in self.lines if line.call is None and line.rate_hz == rate_hz), None)
        if line is None:
            line = Line(rate_hz)
            self.lines.append(line)
        line.call = call
        return line

    async def _end(self, leg: Leg, call: Call) -> None:
        """Whichever ended takes the other with it."""
        try:
            if call.ended is None:
                was_up = leg.answered.is_set()
                reason = DiscardReason.HANGUP if was_up else TO_TELEGRAM.get(leg.status, DiscardReason.DISCONNECT)
                await asyncio.wait_for(call.hangup(reason), GOODBYE_S)
            if call.ended is not None:
                leg.end(TO_SIP.get(call.ended.end, 502), call.ended.retry_after_s)
            await asyncio.wait_for(leg.over.wait(), GOODBYE_S)
        except (asyncio.TimeoutError, StatusError):
            pass  # the one that does not answer is left to its own timers
        finally:
            leg.part()
            print(f"{call.ended.text if call.ended else call}; SIP {leg.status}", flush=True)


async def main(port: int, to: str) -> None:
    from telethon import TelegramClient

    from libtgcall.telethon import Calls

    client = TelegramClient("sip_gateway", int(os.environ["TG_API_ID"]), os.environ["TG_API_HASH"])
    async with client, Calls(client, max_calls=LINES) as calls:
        gateway = Gateway(calls.call, to, port)
        print(f"listens on {HOST}:{gateway.port}", flush=True)
        await gateway.run(calls)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
