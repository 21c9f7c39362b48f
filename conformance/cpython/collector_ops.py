"""conformance/cpython/collector_ops.py: the ops on the collector and its generations, in CPython."""

import gc

from machine import Refused, baseline, bind, collect, is_object, log, number_of, value_of


def do_stats(op):
    keys = ("collections", "collected", "uncollectable")
    return [
        [now[key] - then[key] for key in keys] for now, then in zip(gc.get_stats(), baseline["stats"], strict=True)
    ]


def do_gget(op):
    if not 0 <= op[2] < len(gc.garbage):
        raise Refused("range")
    bind(op[1], gc.garbage[op[2]])
    return number_of(gc.garbage[op[2]])


def frozen_count(op):
    if not baseline["hasFrozen"]:
        return 0  # without counting what the runner froze
    return gc.get_freeze_count() - baseline["frozen"]


def do_freeze(op):
    count = frozen_count(op) + sum([is_object(o) for o in gc.get_objects()])
    gc.freeze()
    baseline["hasFrozen"] = True
    baseline["frozen"] = gc.get_freeze_count() - count


def do_unfreeze(op):
    if not baseline["hasFrozen"]:
        return  # but the runner's own objects, which would slow down all that follows
    gc.unfreeze()
    baseline["frozen"] = 0


def watch(phase, info):
    counts = f" {info['collected']} {info['uncollectable']}" if phase == "stop" else ""
    log.append(f"gc{phase} {info['generation']}{counts}")


def do_gccb(op):
    if watch in gc.callbacks:
        gc.callbacks.remove(watch)
    if op[1]:
        gc.callbacks.append(watch)


def do_gen(op):
    o = value_of(op[1])
    if not gc.is_tracked(o):
        return "untracked"
    for generation in range(3):
        if any([other is o for other in gc.get_objects(generation)]):
            return generation
    return "frozen"


OPS = {
    "collect": lambda op: collect(op[1]),
    "stats": do_stats,
    "saveall": lambda op: gc.set_debug(gc.DEBUG_SAVEALL if op[1] else 0),
    "garbage": lambda op: [number_of(o) for o in gc.garbage],
    "gget": do_gget,
    "gclear": lambda op: gc.garbage.clear(),
    "freeze": do_freeze,
    "unfreeze": do_unfreeze,
    "frozen": frozen_count,
    "gccb": do_gccb,
    "gen": do_gen,
}
SILENT = {"saveall", "gclear", "freeze", "unfreeze", "gccb"}
