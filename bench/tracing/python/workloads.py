# bench/tracing/python/workloads.py: Python's side of the benchmarks of tracemalloc. Run by CPython and by Pyodide alike.

import gc
import tracemalloc
from time import perf_counter

LIST = 1000


class Node:
    __slots__ = ("left", "right")


def deep(depth, call):
    if depth == 0:
        return call()
    return deep(depth - 1, call)


def lists(count, nframe):
    """Seconds for `count` nodes in lists of LIST; nframe 0: not traced."""
    gc.disable()
    if nframe:
        tracemalloc.start(nframe)
    begin = perf_counter()

    def body():
        for _ in range(0, count, LIST):
            [Node() for _ in range(LIST)]

    deep(20, body)
    seconds = perf_counter() - begin
    tracemalloc.stop()
    return seconds


def traces(count):
    """Bytes that tracemalloc takes a live trace, and seconds of a snapshot and of its statistics by line."""
    gc.disable()
    tracemalloc.start()
    kept = [Node() for _ in range(count)]
    own = tracemalloc.get_tracemalloc_memory() / count
    begin = perf_counter()
    snapshot = tracemalloc.take_snapshot()
    taken = perf_counter()
    snapshot.statistics("lineno")
    done = perf_counter()
    tracemalloc.stop()
    del kept
    return own, taken - begin, done - taken


def measure(workload, *args):
    return globals()[workload](*args)
