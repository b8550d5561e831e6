"""A saved report as a page."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from libtgcall import _figures, _timeline
from libtgcall.__main__ import main

SAMPLES = [
    {"ms": 2000, "round_trip_ms": 40, "loss_permille": 0, "jitter_ms": 3, "relayed": 1, "level_sent": 900, "level_received": 0},
    {"ms": 3000, "round_trip_ms": 60, "loss_permille": 120, "jitter_ms": 9, "relayed": 1, "level_sent": 800, "level_received": 700},
    {"ms": 4000, "round_trip_ms": None, "loss_permille": None, "jitter_ms": None, "relayed": 0, "level_sent": 0, "level_received": 0},
    {"ms": 5000, "round_trip_ms": 20, "loss_permille": 10, "jitter_ms": 2, "relayed": 0, "level_sent": 5, "level_received": 6},
]
REPORT = {
    "call": 4294967297,
    "outgoing": True,
    "video": False,
    "attached": False,
    "state": "ended",
    "offered": ["9.0.0", "8.0.0"],
    "version": "9.0.0",
    "changes": [
        {"ms": 0, "state": "requesting", "cause": "request"},
        {"ms": 1500, "state": "active", "cause": "media has a path"},
        {"ms": 6000, "state": "ended", "cause": "phoneCallDiscarded: <script>alert(1)</script>"},
    ],
    "media": {
        "sound": {"packets_sent": 99, "dropped_ms": {"overflow": 7}},
        "transport": {
            "route": "direct",
            "route_changes": 1,
            "round_trip_ms": 12.5,
            "paths": [
                {"route": "reflector 1 over udp", "step": "works", "selected": False, "answers": 1, "checks_sent": 2},
                {"route": "direct", "step": "in use", "selected": True, "answers": 3, "checks_sent": 3, "round_trip_ms": 1},
            ],
            "servers": [{"kind": "stun", "protocol": "udp", "outcome": "answered"}],
            "streams": [{"direction": "sent", "kind": "audio", "packets": 99, "lost": None}],
        },
    },
    "end": "RemoteHangup",
    "end_text": "they hung up",
    "duration_s": 4,
    "samples": SAMPLES,
}


class Page(unittest.TestCase):
    def test_states_paths_round_trip_loss_and_levels_are_on_it(self):
        page = _timeline.page(REPORT)
        for words in ("active: media has a path", "relayed", "direct", "Round trip", "60 ms", "Loss", "12 %", "Level", "900"):
            self.assertIn(words, page)
        for words in ("reflector 1 over udp", "in use", "3 of 3", "stun", "they hung up", "dropped ms overflow", "12.5 ms"):
            self.assertIn(words, page)

    def test_it_is_one_file_that_loads_nothing_and_is_well_formed(self):
        page = _timeline.page(REPORT)
        for word in ("<script", "http:", "https:", "src=", "href=", "url(", "@import"):
            self.assertNotIn(word, page)
        self.assertIn("&lt;script&gt;", page)
        body = page.partition("</head>")[2].rpartition("</html>")[0]
        charts = xml.fromstring(body).findall("svg")
        self.assertEqual(len(charts), 4)

    def test_what_is_unknown_is_a_gap_and_not_a_zero(self):
        body = _timeline.page(REPORT).partition("</head>")[2].rpartition("</html>")[0]
        trip = xml.fromstring(body).findall("svg")[1]
        lines = [line for line in trip.findall("polyline") if line.get("stroke") == "#6aa5e3"]
        self.assertEqual([len(line.get("points").split()) for line in lines], [2, 1])

    def test_a_path_lasts_until_the_next_sample_or_the_end(self):
        self.assertEqual(_timeline._spans(SAMPLES, 6000), [(2000, 4000, True), (4000, 6000, False)])

    def test_a_report_that_was_saved_in_c_has_no_samples_and_says_so(self):
        report = {key: value for key, value in REPORT.items() if key != "samples"}
        self.assertIn("no samples", _timeline.page(report))

    def test_whatever_stands_in_it_makes_a_page(self):
        for value in (None, 5, "text", [], {}, [1], [{}], True, -7, 1e308, float('nan')):
            for key in REPORT:
                if key != "changes":
                    _timeline.page({**REPORT, key: value})
            for key in SAMPLES[0]:
                _timeline.page({**REPORT, "samples": [{**SAMPLES[0], key: value}]})
            for key in REPORT["media"]["transport"]:
                media = {"transport": {**REPORT["media"]["transport"], key: value}}
                _timeline.page({**REPORT, "media": media})


class Program(unittest.TestCase):
    def test_it_writes_the_page_beside_the_report_or_where_it_is_asked_to(self):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            report.write_text(json.dumps(REPORT), encoding="utf-8")
            result = subprocess.run([sys.executable, "-m", "libtgcall", str(report)], capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn("<!DOCTYPE html>", (Path(folder) / "report.html").read_text(encoding="utf-8"))

    def test_what_is_no_report_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            for text in ("", "{", "[]", "{}", '{"call": 1}', '{"call": 1, "changes": 3}', "null"):
                file = Path(folder) / "file.json"
                file.write_text(text)
                self.assertIn("file.json: no ", self.refused([str(file), "-o", str(Path(folder) / "page.html")]))
            self.assertIn("nothing.json", self.refused([str(Path(folder) / "nothing.json")]))
            self.assertFalse((Path(folder) / "page.html").exists())

    def refused(self, arguments):
        with contextlib.redirect_stderr(io.StringIO()) as told:
            self.assertEqual(main(arguments), 1)
        return told.getvalue()


class Samples(unittest.TestCase):
    def test_those_of_a_long_call_are_thinned_out(self):
        samples = _figures.Samples()
        figures = {stat: 1 for stat in _figures._SAMPLED}
        for _ in range(20_000):
            samples.take(figures, 1, 2)
        kept = json.loads(samples.added_to("{}"))["samples"]
        self.assertLess(len(kept), 1801)
        self.assertGreater(len(kept), 800)
