"""Programs that speak SIP, for the tests: baresip as a telephone, sipp for what a telephone does not say at will."""

import asyncio
import shutil
import socket
import tempfile
import unittest
import wave
from array import array
from pathlib import Path

from .support import share_of_tone, tone

HOST = "127.0.0.1"
MODULES = "/usr/lib/baresip/modules"


def needed():
    for program in ("baresip", "sipp"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"there is no {program}")
    if not Path(MODULES, "sndfile.so").exists():
        raise unittest.SkipTest(f"there is no {MODULES}/sndfile.so")


def free_port():
    """One with a free one behind it, as baresip takes two."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket() as two:
            one.bind((HOST, 0))
            port = one.getsockname()[1]
            try:
                two.bind((HOST, port + 1))
            except OSError:
                continue
            return port


async def run(*command, **options):
    nothing = asyncio.subprocess.DEVNULL
    options = {"stdin": nothing, "stdout": nothing, "stderr": nothing, **options}
    return await asyncio.create_subprocess_exec(*command, **options)


async def kill(process):
    if process.returncode is None:
        process.kill()
    await process.wait()


class Telephone:
    """A baresip that answers by itself, plays a tone for some seconds, hangs up, and keeps what it heard."""

    def __init__(self, codec, rate_hz, hz, seconds):
        self.codec, self.rate_hz, self.hz, self.seconds = codec, rate_hz, hz, seconds
        self._heard = {}

    async def __aenter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.port = free_port()
        self.uri = f"sip:phone@{HOST}:{self.port}"
        with wave.open(str(self.folder / "tone.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate_hz)
            file.writeframes(self.seconds * tone(1, self.rate_hz, self.hz).tobytes())
        modules = "g711", "l16", "sndfile", "aufile"
        (self.folder / "config").write_text(
            f"sip_listen {HOST}:{self.port}\nnet_interface {HOST}\n"
            f"audio_source aufile,{self.folder}/tone.wav\naudio_player none,\naudio_alert none,\n"
            f"snd_path {self.folder}\nmodule_path {MODULES}\n"
            + "".join(f"module {name}.so\n" for name in modules)
            + "module_tmp account.so\nmodule_app menu.so\n"
        )
        (self.folder / "accounts").write_text(f"<{self.uri}>;regint=0;answermode=auto;audio_codecs={self.codec}\n")
        self.process = None
        return self

    async def __aexit__(self, *_):
        if self.process is not None:
            await kill(self.process)
        self._folder.cleanup()

    async def wait(self):
        """Waits for a call; returns once it is ready to take it."""
        await self._start()

    async def dial(self, uri):
        await self._start("-e", f"/dial {uri}")

    async def _start(self, *arguments):
        with open(self.folder / "log", "wb") as log:
            command = "baresip", "-f", str(self.folder), "-v", *arguments
            self.process = await run(*command, stdout=log, stderr=log)
        while "baresip is ready" not in self.log():
            assert self.process.returncode is None, self.log()
            await asyncio.sleep(0.05)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    async def hung_up(self):
        """Waits until its call is over."""
        while "terminated" not in self.log():
            await asyncio.sleep(0.05)

    def frames_of(self, hz):
        """How many frames of 20 ms it has heard of that tone. Each is looked at once, as the event loop waits meanwhile."""
        found = list(self.folder.glob("*-dec.wav"))
        if not found:
            return 0
        size = self.rate_hz // 50
        at, heard = self._heard.get(hz, (44, 0))  # its header is only right once baresip has closed it
        with open(found[0], "rb") as file:
            file.seek(at)
            data = file.read()
        samples = array("h", data[: len(data) // (2 * size) * 2 * size])
        heard += sum(share_of_tone(samples[i : i + size], self.rate_hz, hz) > 0.8 for i in range(0, len(samples), size))
        self._heard[hz] = at + 2 * len(samples), heard
        return heard


_HEAD = """{line}
Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: 1 {method}
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
{rest}"""
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_NONE = "Content-Length: 0\n"


def _send(text, attributes=""):
    return f"<send {attributes}><![CDATA[\n{text}\n]]></send>"


def _request(method, rest=_NONE, to="", back=0):
    """One of the same transaction as the message so many steps before it."""
    line = f"{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0"
    branch = f"[branch-{back}]" if back else "[branch]"
    return _HEAD.format(line=line, branch=branch, method=method, to=to, rest=rest)


def _answer(status):
    lines = "[last_Via:]", "[last_From:]", "[last_To:];tag=[call_number]", "[last_Call-ID:]", "[last_CSeq:]", _NONE
    return "\n".join((f"SIP/2.0 {status} Whatever", *lines))


def _scenario(*steps):
    return '<?xml version="1.0"?>\n<scenario name="test">\n' + "\n".join(steps) + "\n</scenario>\n"


_OPTIONAL = '<recv response="100" optional="true"/><recv response="180" optional="true"/>'


def _ack(back):
    return _send(_request("ACK", to="[peer_tag_param]", back=back))


def refused(status, header=""):
    """It calls, and is refused with this status and a line that begins so."""
    check = f'<action><ereg regexp="{header}" search_in="msg" check_it="true" assign_to="1"/><log message="[$1]"/></action>'
    return _scenario(
        _send(_request("INVITE", _SDP), 'retrans="500"'),
        _OPTIONAL,
        f'<recv response="{status}">{check if header else ""}</recv>',
        _ack(4),
    )


def cancelled():
    """It calls, and thinks better of it once it rings."""
    return _scenario(
        _send(_request("INVITE", _SDP), 'retrans="500"'),
        '<recv response="100" optional="true"/>',
        '<recv response="180"/>',
        _send(_request("CANCEL", back=3), 'retrans="500"'),
        '<recv response="200"/>',
        '<recv response="487"/>',
        _ack(6),
    )


def refusing(status):
    """It is called, and refuses."""
    return _scenario('<recv request="INVITE"/>', _send(_answer(status), 'retrans="500"'), '<recv request="ACK"/>')


def ringing():
    """It is called, rings, and waits until the caller thinks better of it."""
    invite = '<recv request="INVITE"><action><ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="1"/></action></recv>'
    end = _answer(487).replace("[last_CSeq:]", "CSeq:[$1]")
    steps = _send(_answer(180)), '<recv request="CANCEL"/>', _send(_answer(200)), _send(end, 'retrans="500"')
    return _scenario(invite, *steps, '<recv request="ACK"/>')


class Sipp:
    """A sipp that plays one call of a scenario."""

    def __init__(self, scenario, peer_port=9, user="nobody", seconds=20):
        self.scenario, self.peer, self.user, self.seconds = scenario, f"{HOST}:{peer_port}", user, seconds

    async def __aenter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.uri = f"sip:sipp@{HOST}:{self.port}"
        Path(self._folder.name, "scenario.xml").write_text(self.scenario)
        where = "-sf", "scenario.xml", "-i", HOST, "-p", str(self.port), "-s", self.user
        limits = "-m", "1", "-nostdin", "-timeout", f"{self.seconds}s", "-timeout_error"
        logs = "-trace_err", "-error_file", "errors"
        with open(Path(self._folder.name, "screen"), "wb") as screen:
            self.process = await run("sipp", *where, *limits, *logs, self.peer, cwd=self._folder.name, stdout=screen)
        return self

    async def __aexit__(self, *_):
        await kill(self.process)
        self._folder.cleanup()

    async def done(self):
        """Waits for its end, which is to be a good one."""
        status = await self.process.wait()
        errors = Path(self._folder.name, "errors")
        told = errors.read_text(errors="replace") if errors.exists() else Path(self._folder.name, "screen").read_text()
        assert status == 0, f"sipp ends with {status}: {told[-2000:]}"
