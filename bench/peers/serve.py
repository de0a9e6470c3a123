"""The child's side of bench/measure/protocol.ts: does steps on request, one line of JSON for each answer."""

import json
import resource
import sys
import time


def peak_bytes():
    """The most memory that this process has held."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                # The kernel's own mark begins anew with the program; that of getrusage may be inherited.
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def say(message):
    print(json.dumps(message), flush=True)


def timed(work):
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000


def serve(version, build):
    """`build` gives a function that does one step and returns a number out of its result, and how many parameters are trained."""
    (step, trainable), compile_ms = timed(build)
    _, first_ms = timed(step)
    say({"type": "ready", "version": version, "trainable": trainable, "compileMs": compile_ms, "firstStepMs": first_ms})
    for line in sys.stdin:
        ms, result = [], 0.0
        for _ in range(json.loads(line)["steps"]):
            result, took = timed(step)
            ms.append(took)
        say({"type": "done", "ms": ms, "result": float(result), "peakBytes": peak_bytes()})
