"""A saved report as one HTML file that needs nothing else: what happened when, and how well it went."""

from __future__ import annotations

import json
from html import escape
from typing import Any, Dict, List, Mapping, Sequence, Tuple

Report = Mapping[str, Any]

_WIDTH, _LEFT, _RIGHT = 960, 110, 20
_COLOURS = {
    "requesting": "#c7cdd6",
    "waiting": "#aab4c3",
    "ringing": "#e8c25a",
    "accepted": "#d9a93a",
    "confirming": "#b58fd6",
    "attached": "#b58fd6",
    "connecting": "#6aa5e3",
    "active": "#4fae6d",
    "reconnecting": "#e07b4f",
    "ending": "#8c8c8c",
    "ended": "#5a5a5a",
}
_DIRECT, _RELAYED = "#4fae6d", "#e8c25a"

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 24px auto; max-width: 980px; padding: 0 12px; color: #222; background: #fff }
h1 { font-size: 20px; margin: 0 0 4px } h2 { font-size: 15px; margin: 24px 0 6px }
p { margin: 4px 0 } .faint { color: #667 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid #e3e6ea; vertical-align: top }
td.number, th.number { text-align: right } svg { width: 100%; height: auto; display: block }
svg text { font: 12px system-ui, sans-serif; fill: #445 } .axis { stroke: #d5dae1; stroke-width: 1 }
.chosen td { font-weight: 600 }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #dde } th, td { border-color: #333 } svg text { fill: #aab } .axis { stroke: #333 } }
"""


class NotAReport(ValueError):
    """The file holds something else."""


def read(text: str) -> Report:
    try:
        report = json.loads(text)
    except ValueError as error:
        raise NotAReport(f"no JSON: {error}") from error
    if not isinstance(report, dict) or not isinstance(report.get("changes"), list) or "call" not in report:
        raise NotAReport("no report of a call: save what call.report() gives, or tgcall_call_get_report as JSON")
    return report


def page(report: Report) -> str:
    changes, samples = _rows(report, "changes"), _rows(report, "samples")
    axis = _Axis(max([_int(row, "ms") for row in changes + samples] + [1000]))
    parts = [_head(report), "<h2>Timeline</h2>", _timeline(axis, changes, samples)]
    if samples:
        parts += [_chart(axis, samples, *chart) for chart in _CHARTS]
    else:
        parts.append(
            '<p class="faint">There are no samples in this report, as it was not saved by the Python package: the '
            "figures below are those of its end.</p>"
        )
    parts += [_changes(changes), _paths(report), _servers(report), _sound(report), _streams(report)]
    title = f"Call {_text(report.get('call'))}"
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


class _Axis:
    """Milliseconds to the right."""

    def __init__(self, end_ms: int) -> None:
        self.end_ms = end_ms

    def x(self, ms: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * max(0.0, min(ms, self.end_ms)) / self.end_ms, 1)

    def ticks(self) -> List[int]:
        steps = (n * 10**e for e in range(2, 12) for n in (1, 2, 5))
        step = next(step for step in steps if self.end_ms / step <= 10)
        return list(range(0, self.end_ms + 1, step))


def _head(report: Report) -> str:
    direction = "outgoing" if report.get("outgoing") else "incoming"
    kind = "video" if report.get("video") else "voice"
    key = ", key from the host" if report.get("attached") else ""
    version = report.get("version") or "no version agreed on"
    lines = [
        f"<h1>Call {_text(report.get('call'))}</h1>",
        f"<p>{direction} {kind} call{key}, {_text(report.get('state'))}; library version {_text(version)}, "
        f"offered {_list(report.get('offered'))}</p>",
    ]
    if "end" in report:
        lines.append(
            f"<p><b>{_text(report['end'])}</b> after {_text(report.get('duration_s', 0))} s of conversation: "
            f"{_text(report.get('end_text'))}</p>"
        )
    transport = _transport(report)
    if transport:
        route = transport.get("route") or "none"
        lines.append(
            f"<p>Path: <b>{_text(route)}</b>, {_text(transport.get('route_changes', 0))} changes; round trip "
            f"{_ms(transport.get('round_trip_ms'))}; connected after {_ms(transport.get('connect_ms'))}; without a "
            f"path for {_ms(transport.get('lost_for_ms'))} later; {_text(transport.get('protection', 'none'))}</p>"
        )
    return "\n".join(lines)


def _timeline(axis: _Axis, changes: Sequence[Report], samples: Sequence[Report]) -> str:
    height = 92 if samples else 60
    parts = _grid(axis, height - 18)
    parts.append('<text x="0" y="24">State</text>')
    for number, change in enumerate(changes):
        start = _int(change, "ms")
        end = _int(changes[number + 1], "ms") if number + 1 < len(changes) else axis.end_ms
        state = str(change.get("state"))
        parts.append(_bar(axis, start, end, 8, _COLOURS.get(state, "#999"), state, f"{state}: {change.get('cause')}"))
    if samples:
        parts.append('<text x="0" y="58">Path</text>')
    for start, end, relayed in _spans(samples, axis.end_ms):
        name = "relayed" if relayed else "direct"
        parts.append(_bar(axis, start, end, 42, _RELAYED if relayed else _DIRECT, name, name))
    return _svg(height, parts)


def _spans(samples: Sequence[Report], end_ms: int) -> List[Tuple[int, int, bool]]:
    """From when to when the path was of one kind."""
    spans: List[Tuple[int, int, bool]] = []
    ends = [_int(sample, "ms") for sample in samples[1:]] + [end_ms]
    for sample, end in zip(samples, ends):
        start, relayed = _int(sample, "ms"), sample.get("relayed")
        if relayed is None:
            continue
        if spans and spans[-1][1] == start and spans[-1][2] == bool(relayed):
            spans[-1] = spans[-1][0], end, bool(relayed)
        else:
            spans.append((start, end, bool(relayed)))
    return spans


def _bar(axis: _Axis, start: int, end: int, y: int, colour: str, label: str, title: str) -> str:
    x, width = axis.x(start), max(axis.x(end) - axis.x(start), 1.5)
    text = ""
    if width > 8 * len(label):
        text = f'<text x="{x + 5:g}" y="{y + 16}" style="fill:#fff">{_text(label)}</text>'
    hint = f"<title>{_text(title)}, {start / 1000:.3f} s</title>"
    return f'<g><rect x="{x:g}" y="{y}" width="{width:g}" height="22" fill="{colour}">{hint}</rect>{text}</g>'


_CHARTS: List[Tuple[str, str, float, List[Tuple[str, str, str]]]] = [
    ("Round trip", "ms", 1.0, [("round_trip_ms", "round trip", "#6aa5e3"), ("jitter_ms", "jitter", "#b58fd6")]),
    ("Loss", "%", 0.1, [("loss_permille", "lost on its way", "#e07b4f")]),
    ("Level", "", 1.0, [("level_sent", "sent", "#4fae6d"), ("level_received", "received", "#6aa5e3")]),
]


def _chart(
    axis: _Axis,
    samples: Sequence[Report],
    name: str,
    unit: str,
    scale: float,
    lines: Sequence[Tuple[str, str, str]],
) -> str:
    height, top, bottom = 120, 14, 96
    known = [float(row[key]) * scale for row in samples for key, _, _ in lines if _is_number(row.get(key))]
    most = max(known + [1.0])
    parts = _grid(axis, bottom)
    parts.append(f'<text x="{_LEFT - 6}" y="{top + 6}" text-anchor="end">{most:.4g} {unit}</text>')
    parts.append(f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>')
    for number, (key, label, colour) in enumerate(lines):
        for run in _runs(samples, key):
            points = " ".join(f"{axis.x(ms):g},{bottom - (bottom - top) * value * scale / most:.1f}" for ms, value in run)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
            if len(run) == 1:
                x, y = points.split(",")
                parts.append(f'<circle cx="{x}" cy="{y}" r="2" fill="{colour}"/>')
        parts.append(f'<text x="0" y="{top + 26 + 16 * number}" style="fill:{colour}">{_text(label)}</text>')
    return f"<h2>{_text(name)}</h2>" + _svg(height, parts)


def _runs(samples: Sequence[Report], key: str) -> List[List[Tuple[int, float]]]:
    """Where it was known without a gap."""
    runs: List[List[Tuple[int, float]]] = [[]]
    for sample in samples:
        value = sample.get(key)
        if _is_number(value):
            runs[-1].append((_int(sample, "ms"), float(value)))  # type: ignore[arg-type]
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _grid(axis: _Axis, bottom: int) -> List[str]:
    parts = []
    for ms in axis.ticks():
        x = axis.x(ms)
        parts.append(f'<line class="axis" x1="{x:g}" x2="{x:g}" y1="4" y2="{bottom}"/>')
        parts.append(f'<text x="{x:g}" y="{bottom + 14}" text-anchor="middle">{ms / 1000:g} s</text>')
    return parts


def _svg(height: int, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img">{"".join(parts)}</svg>'


def _changes(changes: Sequence[Report]) -> str:
    rows = [[f"{_int(row, 'ms') / 1000:.3f} s", row.get("state"), row.get("cause")] for row in changes]
    return _table("States", ["!at", "state", "cause"], rows)


def _paths(report: Report) -> str:
    paths = _rows(_transport(report), "paths")
    rows = [
        [
            path.get("route"),
            " to ".join(filter(None, [path.get("local"), path.get("remote")])) or path.get("remote_kind"),
            path.get("step"),
            f"{path.get('answers')} of {path.get('checks_sent')}",
            _ms(path.get("round_trip_ms")),
        ]
        for path in paths
    ]
    chosen = [bool(path.get("selected")) for path in paths]
    return _table("Paths", ["way", "to", "how far it came", "!checks answered", "!round trip"], rows, chosen)


def _servers(report: Report) -> str:
    servers = _rows(_transport(report), "servers")
    keys = ["kind", "protocol", "address", "outcome"]
    return _table("Servers", keys, [[server.get(key) for key in keys] for server in servers])


def _sound(report: Report) -> str:
    media = report.get("media")
    sound = media.get("sound") if isinstance(media, dict) else None
    if not isinstance(sound, dict):
        return ""
    rows: List[List[Any]] = []
    for key, value in sound.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        rows += [[f"{key} {name}".replace("_", " ").strip(), number] for name, number in inner]
    return _table("Sound", ["figure", "!"], rows)


def _streams(report: Report) -> str:
    keys = ["direction", "kind", "!packets", "!bytes", "!lost", "!jitter_ms", "!round_trip_ms"]
    streams = _rows(_transport(report), "streams")
    rows = [[stream.get(key.lstrip("!")) for key in keys] for stream in streams]
    return _table("Streams", [key.replace("_", " ") for key in keys], rows)


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], chosen: Sequence[bool] = ()) -> str:
    """A head that begins with `!` is that of numbers."""
    if not rows:
        return ""
    kinds = [' class="number"' if head.startswith("!") else "" for head in heads]
    head = "".join(f"<th{kind}>{_text(text.lstrip('!'))}</th>" for kind, text in zip(kinds, heads))
    lines = [f"<h2>{_text(name)}</h2>", f"<table><tr>{head}</tr>"]
    for number, row in enumerate(rows):
        cells = "".join(f"<td{kind}>{_text('-' if cell is None else cell)}</td>" for kind, cell in zip(kinds, row))
        mark = ' class="chosen"' if number < len(chosen) and chosen[number] else ""
        lines.append(f"<tr{mark}>{cells}</tr>")
    return "\n".join(lines) + "</table>"


def _transport(report: Report) -> Dict[str, Any]:
    media = report.get("media")
    transport = media.get("transport") if isinstance(media, dict) else None
    return transport if isinstance(transport, dict) else {}


def _rows(report: Report, key: str) -> List[Dict[str, Any]]:
    rows = report.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _is_number(value: object) -> bool:
    """One that can be drawn; JSON of Python has others."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _int(row: Report, key: str) -> int:
    value = row.get(key)
    return int(value) if _is_number(value) else 0  # type: ignore[arg-type]


def _ms(value: object) -> str:
    return f"{value:.1f} ms" if _is_number(value) else "-"


def _list(values: object) -> str:
    return _text(", ".join(map(str, values))) if isinstance(values, list) else "-"


def _text(value: object) -> str:
    return escape(str(value))
