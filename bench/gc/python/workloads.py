# bench/gc/python/workloads.py: Python's side of the benchmarks of the collector: the same graphs, collected and timed inside the process.
# Run by CPython (../../objects/python/serve.py) and by Pyodide alike.
# Times are in seconds. The interpreter's own objects are frozen: collections see what is made here, and nothing else.

import gc
from array import array
from time import perf_counter


class Node:
    __slots__ = ("a", "b")


# held: what holds the objects that collections are to find alive
held = []
targets = array("I")

gc.disable()
gc.collect()
gc.freeze()


def words(data):
    result = array("I")
    result.frombytes(data)
    return result


# Nodes of two references


def load(data):
    """Node i is to refer to the nodes targets[2 * i] and targets[2 * i + 1]."""
    global targets
    targets = words(data)


def build():
    nodes = [Node() for _ in range(len(targets) // 2)]
    for node, a, b in zip(nodes, targets[::2], targets[1::2]):
        node.a = nodes[a]
        node.b = nodes[b]
    held.append(nodes)


def drop():
    held.clear()


def collect(generation):
    """The time, and the number of objects found to be garbage; the little that the calls left behind is collected before."""
    if generation == 2:
        gc.collect(1)
    begin = perf_counter()
    found = gc.collect(generation)
    return perf_counter() - begin, found


def young(data, count, refers_to_old):
    """Times of collecting `count` young objects, held and dropped; data: for each of them in turn, which object its b refers to."""
    draws = words(data)
    old = held[0]
    gc.collect(1)
    times = [], []
    for first in range(0, len(draws), count):
        for is_held in True, False:
            nodes = [Node() for _ in range(count)]
            others = old if refers_to_old else nodes
            for i, node in enumerate(nodes):
                node.a = nodes[i + 1 - count]
                node.b = others[draws[first + i]]
            node = others = None
            if not is_held:
                nodes = None
            seconds, found = collect(0)
            if found != (0 if is_held else count):
                raise RuntimeError(f"{found} found")
            times[not is_held].append(seconds)
            nodes = None
            gc.collect(1)
    return times


# Nothing to collect, with automatic collection and without it


def create_drop(count):
    for _ in range(count):
        Node()


def lists(count):
    for _ in range(count // 1000):
        [Node() for _ in range(1000)]


def chain(count):
    last = None
    for _ in range(count):
        node = Node()
        node.a = last
        last = node
    return last


def chains(count):
    for _ in range(count // 1000):
        chain(1000)


def automatic(workload, count, is_on):
    """The time. What the workload returns is dropped after the clock has stopped, one by one: Pyodide has no deep stack."""
    run = globals()[workload]
    if is_on:
        gc.enable()
    begin = perf_counter()
    last = run(count)
    seconds = perf_counter() - begin
    gc.disable()
    while last is not None:
        last = last.a
    gc.collect()
    return seconds


# Recorded graphs


def struct_class(size):
    return type(f"Struct{size}", (), {"__slots__": [f"f{i}" for i in range(size)]})


def graph(offset_data, target_data, flag_data, outside_data, fields_max, tracked):
    """Builds a graph; of its nodes, only what is held from outside is held, as C code does it: by its count."""
    from ctypes import py_object, pythonapi

    untrack = pythonapi.PyObject_GC_UnTrack
    incref = pythonapi.Py_IncRef
    untrack.argtypes = incref.argtypes = [py_object]
    untrack.restype = incref.restype = None
    offsets, targets, outside = words(offset_data), words(target_data), words(outside_data)
    classes = [struct_class(size) for size in range(fields_max + 1)]
    gc.freeze()
    nodes = []
    referent = None
    for node, flags in enumerate(bytes(flag_data)):
        size = offsets[node + 1] - offsets[node]
        is_tracked = flags & tracked
        if size == 0 and not is_tracked:
            made = float(node)
        elif size == 0 or size > fields_max:
            made = []
        else:
            made = classes[size]()
        if gc.is_tracked(made) and not is_tracked:
            untrack(made)
        nodes.append(made)
    for node, made in enumerate(nodes):
        referents = [nodes[target] for target in targets[offsets[node] : offsets[node + 1]]]
        if type(made) is list:
            made.extend(referents)
        else:
            for i, referent in enumerate(referents):
                setattr(made, f"f{i}", referent)
        if outside[node]:
            incref(made)
    del nodes, made, referents, referent
    gc.collect()
    return sum(flags & tracked for flags in bytes(flag_data)), len(gc.get_objects())


def measure(workload, *arguments):
    return globals()[workload](*arguments)
