"""The table of scripts/bench-bindings.sh, from its lines: who, what, figure, the same in C or -, unit."""

import sys
from collections import defaultdict
from statistics import median

# How it is compared with C, and how much it may be at most.
TARGETS = {
    ("C++", "20 ms"): ("noise", 0),
    ("Kotlin", "20 ms"): ("over", 1000),
    ("Python", "20 ms"): ("over", 5000),
    ("Python", "p99"): ("alone", 1000),
    ("Python", "processor"): ("times", 2),
}

runs = defaultdict(list)
for line in open(sys.argv[1]):
    who, what, figure, in_c, unit = line.rstrip("\n").split("\t")
    runs[who, what, unit].append((float(figure), None if in_c == "-" else float(in_c)))


def judged(who, what, unit, mine, c):
    """The target, and whether it is met."""
    how, most = next((target for (whose, part), target in TARGETS.items() if whose == who and part in what), ("", 0))
    if how == "alone":
        return f"<= {most} {unit}", median(mine) <= most
    if how == "times":
        # Who heard less has worked less, on a machine that was too busy for either.
        heard = [frames for (_, about, _), runs_of in runs.items() if about.startswith("frames heard") for frames in sum(runs_of, ())]
        if min(heard, default=0) < 0.95 * 50 * 50 * 10:
            return f"<= {most} times C; NOT MEASURED, as frames are missing", None
        return f"<= {most} times C", median(mine) <= most * median(c)
    if how == "over":
        return f"<= C + {most} {unit}", median(mine) - median(c) <= most
    if how == "noise":
        # As far apart as the runs are among themselves, or a step of the clock.
        noise = max(max(mine) - min(mine), max(c) - min(c), 10)
        return f"<= C + {noise:.0f} {unit}, noise", median(mine) - median(c) <= noise
    return "", None


print(f"{'who':18} {'what':34} {'measured':>11} {'in C':>11} {'over C':>19}  target")
for (who, what, unit), figures in sorted(runs.items()):
    mine, c = [one for one, _ in figures], [one for _, one in figures if one is not None]
    target, is_met = judged(who, what, unit, mine, c)
    in_c = f"{median(c):.0f} {unit}" if c else ""
    over = f"{median(mine) - median(c):+.0f} {unit}, {median(mine) / median(c):.2f} x" if c else ""
    verdict = "" if is_met is None else ": met" if is_met else ": MISSED"
    print(f"{who:18} {what:34} {f'{median(mine):.0f} {unit}':>11} {in_c:>11} {over:>19}  {target}{verdict}".rstrip())
