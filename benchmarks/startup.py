"""How long `standoff --help` takes against bare Python: medians and their ratio, runs taken in turn."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 25


def seconds(command: list[str]) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "standoff --help": [str(Path(sys.executable).with_name("standoff")), "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<16} {median * 1000:6.1f} ms")
    print(f"{'ratio':<16} {medians['standoff --help'] / medians['python -c pass']:6.1f}")
