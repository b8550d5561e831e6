"""What the tests of the adapters share: a tgcall-sim behind the MTProto gateway of tests/gateway."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from .support import ROOT, Simulator

_SOURCES = ROOT.parents[1] / "tests/gateway"


def gateway_program():
    """The gateway: what TGCALL_GATEWAY names, or one that is built here."""
    named = os.environ.get("TGCALL_GATEWAY")
    if named:
        return named
    if not (_SOURCES / "go.mod").exists():
        raise unittest.SkipTest("TGCALL_GATEWAY names no gateway, and there is no tests/gateway")
    if not shutil.which("go"):
        raise unittest.SkipTest("TGCALL_GATEWAY names no gateway, and there is no Go to build one")
    program = Path(tempfile.gettempdir()) / f"tgcall-gateway-{os.getuid()}" / "gateway"
    program.parent.mkdir(exist_ok=True)
    built = subprocess.run(["go", "build", "-o", str(program), "."], cwd=_SOURCES, capture_output=True, text=True)
    if built.returncode:
        raise unittest.SkipTest(f"the gateway cannot be built: {built.stderr.strip()[-300:]}")
    return str(program)


class Gateway:
    """A tgcall-sim and a gateway of this test's own."""

    def __init__(self, *simulator_arguments):
        self.simulator = Simulator(*simulator_arguments)

    def __enter__(self):
        program = gateway_program()
        self.simulator.__enter__()
        self.process = subprocess.Popen(
            [program, "-sim", f"127.0.0.1:{self.simulator.port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if "TGCALL_GATEWAY_LOG" not in os.environ else None,
            text=True,
        )
        told = json.loads(self.process.stdout.readline())
        self.port, self.dc, self.pem = told["port"], told["dc"], told["pem"]
        self.fingerprint, self.n, self.e = told["fingerprint"], int(told["n"], 16), told["e"]
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.simulator.__exit__()

    def cut(self):
        """Cuts all connections of clients, as a bad network does."""
        self.process.send_signal(signal.SIGUSR1)
