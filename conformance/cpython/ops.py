"""conformance/cpython/ops.py: the ops on variables and objects, and the macros, in CPython.

Each takes the whole op, no argument tuple: one might stand where a tuple of the program once did, and be taken for it.
"""

import gc
import sys
import weakref

from machine import NAMES, SLOT_COUNT, KIND_OF, CLASSES, Refused
from machine import baseline, bind, is_object, item_of, key_check, number_of, of_kind, options_of, place
from machine import register, roots, value_of, weak



def do_new(op):
    kind = op[2]
    parts = op[-1]
    if kind == "list":
        o = [item_of(item) for item in parts]
    elif kind == "tuple":
        o = tuple([item_of(item) for item in parts])
    elif kind == "dict":
        o = {key: item_of(item) for key, item in parts}
    elif kind == "set":
        members = [value_of(item) for item in parts]
        for member in members:
            of_kind(member, "node")
        o = set(members)
    else:
        values = [item_of(item) for item in parts]
        o = new_node(op[3], op[4])
        for index, value in enumerate(values):
            if value is not None:
                setattr(o, NAMES[index], value)
        bind(op[1], o)
        return
    bind(op[1], register(o, kind))


def new_node(count, options):
    has_finalizer = bool(options) and options.get("fin") is not None
    o = register(CLASSES[has_finalizer][count](), "node")
    if options:
        options_of[number_of(o)] = options
    return o


def do_del(op):
    value_of(op[1])
    bind(op[1], None)


def do_get(op):
    o, key = value_of(op[2]), op[3]
    kind = key_check(o, key)
    if kind == "dict" and key not in o or kind == "node" and not hasattr(o, NAMES[key]):
        raise Refused("range")
    value = getattr(o, NAMES[key]) if kind == "node" else o[key]
    if not is_object(value):
        raise Refused("atom")
    bind(op[1], value)
    return number_of(value)


def do_append(op):
    o, value = value_of(op[1]), item_of(op[2])
    of_kind(o, "list").append(value)


def do_pop(op):
    o, index = of_kind(value_of(op[1]), "list"), op[2]
    if not -len(o) <= index < len(o):
        raise Refused("range")
    o.pop(index)


def do_set(op):
    o, key = value_of(op[1]), op[2]
    value = item_of(op[3])
    of_kind(o, "list", "dict", "node")
    if key_check(o, key) == "node":
        setattr(o, NAMES[key], value)
    else:
        o[key] = value


def do_unset(op):
    o, key = value_of(op[1]), op[2]
    of_kind(o, "list", "dict", "node")
    if key_check(o, key) == "node":
        if not hasattr(o, NAMES[key]):
            raise Refused("range")
        delattr(o, NAMES[key])
    else:
        if type(o) is dict and key not in o:
            raise Refused("range")
        del o[key]


def do_delslice(op):
    o, start, end = of_kind(value_of(op[1]), "list"), op[2], op[3]
    if not 0 <= start <= end <= len(o):
        raise Refused("range")
    del o[start:end]


def do_member(op):
    o, member = value_of(op[1]), value_of(op[2])
    of_kind(o, "set")
    of_kind(member, "node")
    if op[0] == "sadd":
        o.add(member)
    else:
        o.discard(member)


def do_weak(op):
    referent = value_of(op[2])
    callbacks = [value_of(name) for name in op[3:]]
    if KIND_OF[type(referent)] != "node":
        raise Refused("noweak")
    for callback in callbacks:
        of_kind(callback, "node")
    ref = weak(weakref.ref if op[0] == "wref" else weakref.proxy, referent, *callbacks)
    bind(op[1], ref)
    return number_of(ref)


def do_deref(op):
    referent = of_kind(value_of(op[-1]), "wref")()
    if referent is None:
        return None
    if op[0] == "wbind":
        bind(op[1], referent)
    return number_of(referent)


def do_palive(op):
    try:
        of_kind(value_of(op[1]), "proxy").__class__
        return True
    except ReferenceError:
        return False


def do_wcb(op):
    callback = of_kind(value_of(op[1]), "wref").__callback__
    return None if callback is None else number_of(callback)


def do_weq(op):
    left, right = value_of(op[1]), value_of(op[2])
    return of_kind(left, "wref") == of_kind(right, "wref")


def do_whash(op):
    try:
        hash(of_kind(value_of(op[1]), "wref"))
        return True
    except TypeError:
        return False


def do_refcount(op):
    value_of(op[1])
    return sys.getrefcount(roots[place(op[1])]) - baseline["refcount"]


def shown(value):
    return f"#{number_of(value)}" if is_object(value) else value


def do_items(op):
    o = of_kind(value_of(op[1]), "list", "tuple", "dict", "node")
    if type(o) is dict:
        return [part for key, value in o.items() for part in (key, shown(value))]
    if type(o) in SLOT_COUNT:
        return [shown(getattr(o, name, None)) for name in NAMES[: SLOT_COUNT[type(o)]]]
    return [shown(value) for value in o]


def numbers(objects):
    return sorted([number_of(o) for o in objects if is_object(o)])


def do_census(op):
    """Tracked objects, then whatever they and the variables lead to: tuples and dicts can be untracked."""
    waiting = gc.get_objects()
    waiting += roots
    waiting += gc.garbage
    found = set()
    while waiting:
        o = waiting.pop()
        if is_object(o) and number_of(o) not in found:
            found.add(number_of(o))
            waiting += gc.get_referents(o)
    return sorted(found)


# Macros.


def link(kind, options, previous):
    if kind == "node":
        o = new_node(2, options)
        if previous is not None:
            o.s0 = previous
        return o
    # no displays of constants: CPython makes a tuple of those but once
    held = [0 if previous is None and kind != "list" else previous]
    if kind == "list":
        return register([] if previous is None else held, "list")
    return register(tuple(held) if kind == "tuple" else {"k": held[0]}, kind)


def do_chain(op):
    _, name, kind, count, options = op
    first = last = None
    for index in range(count):
        last = link("list" if op[0] == "ring" and kind == "tuple" and index == 0 else kind, options, last)
        if index == 0 and op[0] == "ring":
            first = last
    if type(first) is list:
        first.append(last)
    elif type(first) is dict:
        first["k"] = last
    elif first is not None:
        first.s0 = last
    first = None
    bind(name, last)


def do_wide(op):
    fan = register([], "list")
    for _ in range(op[3]):
        fan.append(link(op[2], op[4], None))
    bind(op[1], fan)


def do_loops(op):
    for _ in range(op[1]):
        o = link("node", op[2], None)
        o.s0 = o


def do_cbchain(op):
    refs = register([], "list")
    first = referent = new_node(0, None)
    for _ in range(op[2]):
        callback = new_node(0, None)
        refs.append(weak(weakref.ref, referent, callback))
        referent = callback
    refs.append(first)
    bind(op[1], refs)


OPS = {
    "new": do_new,
    "bind": lambda op: bind(op[1], value_of(op[2])),
    "del": do_del,
    "get": do_get,
    "append": do_append,
    "pop": do_pop,
    "set": do_set,
    "unset": do_unset,
    "delslice": do_delslice,
    "clear": lambda op: of_kind(value_of(op[1]), "list", "dict", "set").clear(),
    "sadd": do_member,
    "sdiscard": do_member,
    "wref": do_weak,
    "proxy": do_weak,
    "deref": do_deref,
    "wbind": do_deref,
    "palive": do_palive,
    "wcb": do_wcb,
    "wcount": lambda op: weakref.getweakrefcount(value_of(op[1])),
    "wrefs": lambda op: [number_of(ref) for ref in weakref.getweakrefs(value_of(op[1]))],
    "weq": do_weq,
    "whash": do_whash,
    "refcount": do_refcount,
    "tracked": lambda op: gc.is_tracked(value_of(op[1])),
    "finalized": lambda op: gc.is_finalized(value_of(op[1])),
    "len": lambda op: len(of_kind(value_of(op[1]), "list", "tuple", "dict", "set")),
    "items": do_items,
    "referents": lambda op: numbers(gc.get_referents(value_of(op[1]))),
    "referrers": lambda op: numbers(gc.get_referrers(value_of(op[1]))),
    "census": do_census,
    "chain": do_chain,
    "ring": do_chain,
    "wide": do_wide,
    "loops": do_loops,
    "cbchain": do_cbchain,
}
SILENT = {"new", "bind", "del", "append", "pop", "set", "unset", "delslice", "clear", "sadd", "sdiscard"}
SILENT |= {"chain", "ring", "wide", "loops", "cbchain"}
"""Those without a result; None is one."""
