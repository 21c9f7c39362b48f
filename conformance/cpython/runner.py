"""conformance/cpython/runner.py: runs programs of the op language on the CPython it is loaded into: Pyodide's, or any from 3.11 on.

Not here: making programs, comparing answers.
"""

import gc
import json
import sys

import collector_ops
import ops
from machine import baseline, bind, ids, kinds, log, options_of, orders, places, roots, Refused

OPS = {**ops.OPS, **collector_ops.OPS}
SILENT = ops.SILENT | collector_ops.SILENT
encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
LONG = 400
"""Longer lists are told by a digest."""
SHOWN = 8


def run(program, given_orders):
    """Does the ops; the observations as JSON, one text each: the collector knows no texts."""
    observed = []
    orders[:] = reversed(given_orders)
    begin()
    try:
        for op in program:
            observed.append(observe(op))
    finally:
        end()
    return f"[{','.join(observed)}]"


def observe(op):
    answer = {}
    try:
        result = OPS[op[0]](op)
        if op[0] not in SILENT:
            answer["r"] = digest(result) if type(result) is list else result
    except Refused as refusal:
        answer["err"] = str(refusal)
    if log:
        answer["log"] = digest(log)
    text = encode(answer) if answer else "null"
    log.clear()
    return text


def digest(entries):
    if len(entries) <= LONG:
        return entries
    fnv = 0x811C9DC5
    for byte in "\n".join([str(entry) for entry in entries]).encode():
        fnv = (fnv ^ byte) * 0x01000193 & 0xFFFFFFFF
    return {"n": len(entries), "fnv": f"{fnv:08x}", "head": entries[:SHOWN], "tail": entries[-SHOWN:]}


def begin():
    gc.disable()
    sys.unraisablehook = lambda unraisable: log.append("unraisable")
    bind("", [])
    baseline["refcount"] = 0
    baseline["refcount"] = ops.OPS["refcount"](["refcount", ""]) - 1
    bind("", None)
    gc.collect()
    gc.freeze()
    baseline["hasFrozen"] = False
    baseline["stats"] = gc.get_stats()
    gc.freeze()


def end():
    """Lets go of whatever the program left; its nodes may do so for a while yet, but without their actions."""
    OPS["gccb"](["gccb", False])
    gc.set_debug(0)
    gc.garbage.clear()
    options_of.clear()
    roots[:] = [None] * len(roots)
    gc.collect()
    if baseline["hasFrozen"]:
        gc.unfreeze()
        gc.collect()
    sys.unraisablehook = sys.__unraisablehook__
    for table in (ids, kinds, orders, places, log):
        table.clear()


def run_all(text):
    """As run, for a JSON list of programs' ops, each with orders; a JSON list."""
    return f"[{','.join([run(*program) for program in json.loads(text)])}]"
