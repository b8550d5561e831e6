"""`python -m libtgcall report.json [-o report.html]`: a saved report as a timeline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from . import _timeline


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m libtgcall", description="Shows a saved report as a timeline.")
    parser.add_argument("report", type=Path, help="JSON, from call.report() or tgcall_call_get_report")
    parser.add_argument("-o", "--output", type=Path, help="the HTML file; beside the report if it is not named")
    asked = parser.parse_args(arguments)
    output: Path = asked.output or asked.report.with_suffix(".html")
    try:
        report = _timeline.read(asked.report.read_text(encoding="utf-8"))
        output.write_text(_timeline.page(report), encoding="utf-8")
    except (OSError, ValueError) as error:
        print(f"{asked.report}: {error}", file=sys.stderr)
        return 1
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
