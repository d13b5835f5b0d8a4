"""recon beside other readers of the same stack, in one run on one machine: `just bench`.

    python bench/run.py RECON [--runs N] [--ansible] [--terraform]

The served sandbox is the AWS, once as it is and once with 40 ms before every answer. Runs of recon and of the
reader take turns, so that a busy machine is busy for both. recon is timed as a whole process, from its start to
its end; of the reader only the read phase counts. Ends with 1 where recon is slower than it must be.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LATENCY = 40.0
# of waves x latency, beside the process's floor
ALLOWED = 1.25


def environment(url):
    return {
        "PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ENDPOINT_URL": url, "AWS_REGION": "ap-northeast-2",
        "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextlib.contextmanager
def served(recon, place, latency):
    faults = ["--faults", f"slow={latency / 1000}"] if latency else []
    command = [recon, "sandbox", "serve", "--port", "0", "--sandbox", "box.json", *faults]
    server = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def timed(command, place, env):
    """Milliseconds of the whole process, milliseconds of CPU, kilobytes at the most."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=place, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = (time.perf_counter() - start) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return took, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss


def read_phase(url, place):
    """What the hand-written reader tells of itself: milliseconds and calls."""
    command = [sys.executable, HERE / "reader.py"]
    ran = subprocess.run(command, cwd=place, env=environment(url), capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"the reader could not read all: {ran.stderr}")
    took, calls = ran.stdout.split()
    return float(took), int(calls)


def told(recon, place, env):
    """Calls and waves, as recon counts them."""
    command = [recon, "plan", "--format", "json", "--timings", "--detailed-exitcode"]
    ran = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=True)
    calls = json.loads(ran.stdout)["calls"]
    return calls["total"], calls["timings"].get("waves")


def row(name, values, more=""):
    print(f"| {name} | {min(values):.1f} | {statistics.median(values):.1f} | {more} |")


def side_by_side(recon, place, latency, runs):
    """Whole processes of recon against read phases of the reader, and the floor of a process."""
    print(f"\n### {latency:.0f} ms before every answer\n\n| | least ms | median ms | |\n|---|---|---|---|")
    plans, phases, floors, cpu, waves = [], [], [], [], []
    with served(recon, place, latency) as url:
        env = environment(url)
        for _ in range(runs):
            took = timed([recon, "plan", "--detailed-exitcode"], place, env)
            plans.append(took[0])
            cpu.append(took[1])
            phase, reader_calls = read_phase(url, place)
            phases.append(phase)
            floors.append(timed([recon, "--version"], place, env)[0])
            calls, of_this = told(recon, place, env)
            waves.append(of_this)
    row("recon plan, whole process", plans, f"{calls} calls, {min(waves)} waves, {min(cpu):.0f} ms of CPU")
    row("boto3 by hand, 16 threads, read phase alone", phases, f"{reader_calls} calls")
    row("recon --version", floors, "the process's floor")
    failures = []
    if min(plans) >= min(phases) or statistics.median(plans) >= statistics.median(phases):
        failures.append(f"with {latency:.0f} ms recon is not below the reader's read phase")
    if latency:
        bound = ALLOWED * min(waves) * latency + min(floors)
        print(f"\n{min(plans):.1f} ms of at most {bound:.1f} ms "
              f"({ALLOWED} x {min(waves)} waves x {latency:.0f} ms + {min(floors):.1f} ms)")
        if min(plans) > bound:
            failures.append(f"{min(plans):.1f} ms are more than {bound:.1f} ms")
    return failures


def process(recon, place, runs):
    """What a process costs that asks AWS nothing."""
    print("\n### A process that asks AWS nothing\n\n| | least ms | median ms | |\n|---|---|---|---|")
    for words in (["--version"], ["check"], ["plan", "--sandbox=box.json"]):
        taken = [timed([recon, *words], place, environment("http://127.0.0.1:9")) for _ in range(runs)]
        times, cpu, memory = zip(*taken)
        row(f"recon {' '.join(words)}", times, f"{min(cpu):.0f} ms of CPU, {max(memory) / 1024:.1f} MiB at the most")
    print(f"\nThe binary has {Path(recon).stat().st_size / 2**20:.1f} MiB.")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("recon", type=Path)
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--ansible", action="store_true")
    arguments.add_argument("--terraform", action="store_true")
    asked = arguments.parse_args()
    recon = asked.recon.resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(HERE.parent / "desired", place / "desired")
        subprocess.run([recon, "apply", "--sandbox=box.json", "--auto-approve"], cwd=place, check=True,
                       env=environment(""), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"{asked.runs} runs each, on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        failures = []
        for latency in (0.0, LATENCY):
            failures += side_by_side(recon, place, latency, asked.runs)
        process(recon, place, asked.runs)
        if asked.ansible or asked.terraform:
            import others

            failures += others.beside(recon, place, asked)
    for failure in failures:
        print(f"\nTOO SLOW: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
