"""conformance/cpython/machine.py: the state that ops work on, in CPython: variables, creation ids, nodes and their actions.

Not here: the ops. The language is the oracle's: FORMAT.md beside its corpora.

The collector must see the program's objects and nothing of ours. So the variables stand in a list that the collector has been made
to forget: what it holds is held from outside. Whatever else is needed while a program runs is numbers and texts, in tables that are
frozen before it begins.
"""

import ctypes
import gc
import sys
import weakref

track, untrack = ctypes.pythonapi.PyObject_GC_Track, ctypes.pythonapi.PyObject_GC_UnTrack
for function in (track, untrack):
    function.argtypes, function.restype = [ctypes.py_object], None

SLOTS_MAX = 6

roots = []
"""The variables' values, None where unbound; see above."""
untrack(roots)
places = {}
"""Variable -> its place in roots."""
ids = {}
"""Address -> creation id of the object made there last."""
kinds = {}
"""Creation id -> kind."""
options_of = {}
"""Creation id of a node -> its options: its finalizer's and its callback's actions."""
log = []
orders = []
"""Of each collection yet to come, the last one first: ids of objects, in the order in which it is to look at them; or none."""
baseline = {"isCollecting": False, "frozen": 0, "hasFrozen": False, "stats": None, "refcount": 0}
"""What figures were before the program began, or what has to be taken off them."""


class Refused(Exception):
    """An op that can't be done; nothing has changed."""


# Nodes: a class per number of slots, with and without a finalizer.


def finalize(self):
    me = ids.get(id(self))
    log.append(f"del {me}")
    perform(self, me, "fin")


def call_back(self, ref):
    me = ids.get(id(self))
    log.append(f"cb {me} {ids.get(id(ref))}")
    perform(self, me, "cb")


def perform(self, me, event):
    """Runs a node's actions."""
    for name, *args in options_of.get(me, NOTHING).get(event) or NOTHING:
        ACTIONS[name](self, me, *args)


NOTHING = {}
NAMES = tuple(f"s{index}" for index in range(SLOTS_MAX))


def node_class(count, has_finalizer):
    body = {"__slots__": (*NAMES[:count], "__weakref__"), "__call__": call_back}
    return type("Node", (), {**body, "__del__": finalize} if has_finalizer else body)


CLASSES = {flag: [node_class(count, flag) for count in range(SLOTS_MAX + 1)] for flag in (False, True)}
SLOT_COUNT = {cls: count for row in CLASSES.values() for count, cls in enumerate(row)}
KIND_OF = {
    **dict.fromkeys(SLOT_COUNT, "node"),
    **{list: "list", tuple: "tuple", dict: "dict", set: "set", weakref.ref: "wref"},
    **{weakref.ProxyType: "proxy", weakref.CallableProxyType: "proxy"},
}


def act_slot(self, me, name, slot):
    value = getattr(self, NAMES[slot], None)
    if is_object(value):
        bind(name, value)


def act_drop(self, me, slot):
    if hasattr(self, NAMES[slot]):
        delattr(self, NAMES[slot])


def act_append(self, me, slot):
    value = getattr(self, NAMES[slot], None)
    if type(value) is list:
        value.append(self)


def act_peek(self, me, slot):
    ref = getattr(self, NAMES[slot], None)
    if type(ref) is weakref.ref:
        referent = ref()
        log.append(f"peek {me} {'-' if referent is None else ids[id(referent)]}")


def act_raise(self, me):
    raise RuntimeError("as the program wants it")


ACTIONS = {
    "self": lambda self, me, name: bind(name, self),
    "wself": lambda self, me, name: bind(name, weak(weakref.ref, self)),
    "slot": act_slot,
    "drop": act_drop,
    "app": act_append,
    "newlist": lambda self, me, slot: setattr(self, NAMES[slot], register([self], "list")),
    "peek": act_peek,
    "gc": lambda self, me, generation: log.append(f"gc {collect(generation)}"),
    "raise": act_raise,
}


# Collections.


def collect(generation):
    if baseline["isCollecting"]:
        return gc.collect(generation)
    baseline["isCollecting"] = True
    try:
        if orders:
            arrange(generation, orders.pop())
        return gc.collect(generation)
    finally:
        baseline["isCollecting"] = False


def arrange(generation, order):
    """Puts the objects that are to be collected into an order: which changes nothing but the collector's own. They are all young then."""
    found = {}
    for younger in range(generation + 1):
        for o in gc.get_objects(younger):
            if is_object(o):
                found[number_of(o)] = o
    for number in order:
        if number in found:
            o = ctypes.py_object(found[number])  # made here: of a dead proxy, ctypes can't make it
            untrack(o)
            track(o)


# Objects and their ids.


def register(o, kind):
    number = len(kinds)
    ids[id(o)] = number
    kinds[number] = kind
    return o


def is_object(o):
    """Whether it is the program's; an address that one of its objects once had is not enough."""
    kind = KIND_OF.get(type(o))
    return kind is not None and kinds.get(ids.get(id(o))) == kind


def number_of(o):
    return ids[id(o)]


def fresh_count():
    probe = object()
    return sys.getrefcount(probe)


FRESH_COUNT = fresh_count()
"""What getrefcount tells of an object that only one local variable refers to."""


def weak(make, referent, *callback):
    """A weakref or proxy; registered if it is a new one."""
    ref = make(referent, *callback)
    return register(ref, KIND_OF[type(ref)]) if sys.getrefcount(ref) == FRESH_COUNT else ref


# Operands.


def place(name):
    if name not in places:
        places[name] = len(places)
        if len(places) > len(roots):
            roots.append(None)
    return places[name]


def value_of(name):
    value = roots[place(name)]
    if value is None:
        raise Refused("unbound")
    return value


def item_of(item):
    return value_of(item) if isinstance(item, str) else item


def of_kind(o, *wanted):
    if KIND_OF[type(o)] not in wanted:
        raise Refused("kind")
    return o


def key_check(o, key):
    """Whether `key` may stand for a place in `o`: not, that there is something in it."""
    kind = KIND_OF[type(of_kind(o, "list", "tuple", "dict", "node"))]
    if type(key) is not (str if kind == "dict" else int):
        raise Refused("kind")
    if kind == "node" and not 0 <= key < SLOT_COUNT[type(o)]:
        raise Refused("range")
    if kind in ("list", "tuple") and not 0 <= key < len(o):
        raise Refused("range")
    return kind


def bind(name, o):
    roots[place(name)] = o
