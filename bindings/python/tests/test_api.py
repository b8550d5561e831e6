"""Nothing of the C API is missing."""

import ast
import dataclasses
import json
import re
import unittest
from pathlib import Path

import libtgcall
from libtgcall import raw

from .support import ROOT

REPOSITORY = ROOT.parents[1]
SOURCES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/libtgcall").glob("*.py") if path.name != "_raw.py")

# What the high layer has no use for, as it is a loop of its own, or as asyncio has something better.
RAW_ONLY = {
    # Embedded: the library's own thread carries sound and sockets here.
    "tgcall_client_drain",
    "tgcall_client_poll",
    "tgcall_client_get_next_timeout",
    "tgcall_client_handle_opened",
    "tgcall_client_handle_closed",
    "tgcall_client_handle_datagram",
    "tgcall_client_handle_stream",
    "tgcall_config_set_wake",
    "tgcall_addr_from_sockaddr",
    "tgcall_addr_to_sockaddr",
    # They run under the lock, where no Python of a user's should.
    "tgcall_config_set_clock",
    "tgcall_config_set_random",
    # An event is a dataclass, and a call is an object.
    "tgcall_event_copy",
    "tgcall_event_free",
    "tgcall_event_get_call_userdata",
    "tgcall_call_set_userdata",
    # Nobody is inside when a client is freed: see Handle.
    "tgcall_client_retain",
    "tgcall_client_release",
}


@unittest.skipUnless((REPOSITORY / "tests/abi/symbols.txt").exists(), "outside of the repository")
class TheApi(unittest.TestCase):
    def symbols(self):
        lines = (REPOSITORY / "tests/abi/symbols.txt").read_text().splitlines()
        return {line for line in lines if line and not line.startswith("#")}

    def test_every_symbol_is_in_the_raw_layer(self):
        missing = {symbol for symbol in self.symbols() if not callable(getattr(raw, symbol, None))}
        self.assertEqual(missing, set())

    def test_every_symbol_has_a_user_in_the_high_layer_or_a_reason(self):
        used = set(re.findall(r"(?:raw|library)\.(tgcall_\w+)", SOURCES))
        self.assertEqual(self.symbols() - used - RAW_ONLY, set())
        self.assertEqual(used & RAW_ONLY, set())

    def test_events_have_the_fields_that_the_description_names(self):
        api = json.loads((REPOSITORY / "bindings/api.json").read_text(encoding="utf-8"))
        renamed = {"bytes": "data", "user": "user_id", "level_count": "levels", "peer_count": "peers"}
        for event in api["events"]:
            short = event["kind"][len("TGCALL_EVENT_") :]
            if short == "NONE":
                continue
            kind = getattr(libtgcall, short.title().replace("_", "") + "Event")
            names = [re.sub("^tgcall_event_(get_)?", "", getter) for getter in event.get("getters", [])]
            names = ["kind", "call_id", "text"] + [renamed.get(name, name) for name in names]
            self.assertEqual([field.name for field in dataclasses.fields(kind)], names)

    def test_versions_agree(self):
        cargo = (REPOSITORY / "Cargo.toml").read_text()
        self.assertIn(f'version = "{libtgcall.__version__}"', cargo)
        self.assertEqual(libtgcall.library_version(), libtgcall.__version__)


class Readme(unittest.TestCase):
    """What the README shows is Python, and of this package."""

    KNOWN = {"client": libtgcall.Client, "call": libtgcall.Call, "group": libtgcall.GroupCall, "calls": libtgcall.telethon.Calls}

    def blocks(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        return [ast.parse(block) for block in re.findall("```python\n(.*?)```", text, re.DOTALL)]

    def test_a_call_is_ten_lines(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        for block in re.findall("```python\n(.*?)```", text, re.DOTALL):
            self.assertLessEqual(len([line for line in block.splitlines() if line.strip()]), 10)

    def test_all_that_it_names_is_there(self):
        found = 0
        for block in self.blocks():
            for node in ast.walk(block):
                if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
                    continue
                owner = libtgcall if node.value.id == "libtgcall" else self.KNOWN.get(node.value.id)
                if owner is not None:
                    found += 1
                    self.assertTrue(hasattr(owner, node.attr), f"{node.value.id}.{node.attr}")
        self.assertGreater(found, 10)


class Values(unittest.TestCase):
    def test_a_number_without_a_name_is_kept(self):
        self.assertEqual(libtgcall.EventKind(4000), 4000)
        self.assertEqual(libtgcall.EventKind(4000).name, "UNKNOWN_4000")

    def test_events_cannot_be_changed(self):
        event = libtgcall.CallRouteEvent(libtgcall.EventKind.CALL_ROUTE, 1, "")
        with self.assertRaises(dataclasses.FrozenInstanceError):
            event.call_id = 2

    def test_the_package_is_typed(self):
        self.assertTrue((Path(libtgcall.__file__).parent / "py.typed").exists())

    def test_all_that_is_public_is_there(self):
        for name in libtgcall.__all__:
            self.assertTrue(hasattr(libtgcall, name), name)
