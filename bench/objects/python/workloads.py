# bench/objects/python/workloads.py: Python's side of the benchmarks against CPython: the same work, timed inside the process.
# Run by CPython (serve.py) and by Pyodide alike.
# Each function makes and drops `count` things, in the idiom that its name says, and returns the seconds of both.

from time import perf_counter


class Node:
    __slots__ = ("left", "right")


def nodes(count):
    begin = perf_counter()
    kept = [Node() for _ in range(count)]
    made = perf_counter()
    del kept
    return made - begin, perf_counter() - made


def nodes_in_turn(count):
    begin = perf_counter()
    for _ in range(count):
        Node()
    return 0, perf_counter() - begin


def generate(count):
    for i in range(count):
        yield i


def ints_generated(count):
    begin = perf_counter()
    kept = list(generate(count))
    made = perf_counter()
    del kept
    return made - begin, perf_counter() - made


def ints_appended(count):
    begin = perf_counter()
    kept = []
    for i in range(count):
        kept.append(i)
    made = perf_counter()
    del kept
    return made - begin, perf_counter() - made


def ints_at_once(count):
    begin = perf_counter()
    kept = list(range(count))
    made = perf_counter()
    del kept
    return made - begin, perf_counter() - made


def strings(count):
    begin = perf_counter()
    kept = {}
    for i in range(count):
        kept[f"key{i}"] = i
    made = perf_counter()
    del kept
    return made - begin, perf_counter() - made


def measure(workload, count):
    """Seconds of making and of dropping."""
    return globals()[workload](count)
