"""recon on copies of the reference stack in one stack: `just bench-estate`.

    python bench/estate.py RECON WRITER [COUNT ...]

WRITER is the check's bench, which writes the copies. Each count is built in the sandbox's file and planned from a
sandbox that is served, so that calls, CPU and memory are those of the planning process alone. How long it takes by
the clock is what recon's own budgets ask for, half of AWS's rates, and is only told. Between two counts stands the
exponent with which a figure grows: 1 is linear.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import run

HERE = Path(__file__).resolve().parent


def planned(recon, place, url):
    """What a plan of an unchanged account takes: its JSON, seconds by the clock and of CPU, MiB at the most."""
    command = [recon, "plan", "--format", "json", "--timings", "--detailed-exitcode"]
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=place, env=run.environment(url), stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the plan ended with {process.returncode}")
        out.seek(0)
        return json.load(out), took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def granted(recon, place):
    """An empty account that may hold as many event rules as it likes: AWS's usual 300 on a bus end a stack of more copies."""
    subprocess.run([recon, "sandbox", "reset", "--sandbox=box.json"], cwd=place, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    box = json.loads((place / "box.json").read_text())
    region = box["regions"].setdefault(run.environment("")["AWS_REGION"], {})
    region.setdefault("events", {})["granted"] = 100_000
    (place / "box.json").write_text(json.dumps(box))


def of(recon, writer, count, folder):
    place = folder / str(count)
    (place / "desired").mkdir(parents=True)
    subprocess.run([writer, "copies", str(count), place / "desired"], cwd=HERE.parent / "crates/rules", check=True)
    granted(recon, place)
    subprocess.run([recon, "apply", "--sandbox=box.json", "--auto-approve"], cwd=place, check=True,
                   env=run.environment(""), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with run.served(recon, place, 0) as url:
        plan, took, cpu, memory = planned(recon, place, url)
    calls = plan["calls"]
    throttled = sum(service["throttled"] for service in calls["timings"]["services"].values())
    print(f"| {count} | {len(plan['steps'])} | {calls['total']} | {throttled} | {cpu:.2f} | {memory:.0f} | {took:.0f} |",
          flush=True)
    return count, cpu, memory


def main():
    recon, writer = (Path(word).resolve() for word in sys.argv[1:3])
    counts = [int(word) for word in sys.argv[3:]] or [1, 10, 100]
    print("| copies | resources | calls | throttled | CPU s | peak MiB | s by the clock |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        rows = [of(recon, writer, count, Path(folder)) for count in counts]
    for (before, *least), (after, *most) in zip(rows, rows[1:]):
        cpu, memory = (math.log(b / a) / math.log(after / before) for a, b in zip(least, most))
        print(f"{before} to {after} copies: exponent of CPU {cpu:.2f}, of memory {memory:.2f}")


if __name__ == "__main__":
    main()
