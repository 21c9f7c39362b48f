// conformance/ops.ts: the ops, on the public facade; each gives its result, or undefined where it has none.
// Not here: those on weak references (weak-ops.ts), chains and rings (macros.ts), the collector (collector-ops.ts).

import type { DictHandle, Handle, ListHandle, SetHandle, TupleHandle, Value } from "../src/index.js";
import { collectorOps } from "./collector-ops.js";
import { isObject, kindOf, type Machine, type NodeHandle, ofKind, Refused } from "./machine.js";
import { macros } from "./macros.js";
import { placeOf } from "./places.js";
import type { Name, Op, OpName, OpOf } from "./program.js";
import { weakOps } from "./weak-ops.js";

/** What some ops do. */
export type Ops<Names extends OpName> = {
  readonly [N in Names]: (machine: Machine, op: OpOf<N>) => unknown;
};

const variableOps: Ops<"new" | "bind" | "del" | "get"> = {
  new: (machine, op) => machine.bind(op[1], create(machine, op)),
  bind: (machine, [, name, from]) => machine.bind(name, machine.value(from)),
  del(machine, [, name]) {
    machine.value(name);
    delete machine.variables[name];
  },
  get(machine, [, name, from, key]) {
    const object = machine.value(from);
    const value = placeOf(machine, object, key, "list", "tuple", "dict", "node").read();
    if (value === undefined) throw new Refused("range");
    if (!isObject(value)) throw new Refused("atom");
    machine.bind(name, value);
    return machine.idOf(value);
  },
};

const writingOps: Ops<"append" | "pop" | "set" | "unset" | "delslice" | "clear" | "sadd" | "sdiscard"> = {
  append(machine, [, name, item]) {
    const [object, value] = [machine.value(name), machine.item(item)];
    ofKind<ListHandle>(object, "list").append(value);
  },
  pop(machine, [, name, index]) {
    const list = ofKind<ListHandle>(machine.value(name), "list");
    if (index < -list.length || index >= list.length) throw new Refused("range");
    list.pop(index);
  },
  set(machine, [, name, key, item]) {
    const [object, value] = [machine.value(name), machine.item(item)];
    placeOf(machine, object, key, "list", "dict", "node").write(value);
  },
  unset(machine, [, name, key]) {
    const place = placeOf(machine, machine.value(name), key, "list", "dict", "node");
    // in a frame, so that nothing of what was read keeps it alive
    if (!machine.heap.frame(() => place.read() !== undefined)) throw new Refused("range");
    place.remove();
  },
  delslice(machine, [, name, from, to]) {
    const list = ofKind<ListHandle>(machine.value(name), "list");
    if (from < 0 || from > to || to > list.length) throw new Refused("range");
    list.delete(from, to);
  },
  clear(machine, [, name]) {
    ofKind<ListHandle | DictHandle | SetHandle>(machine.value(name), "list", "dict", "set").clear();
  },
  sadd(machine, [, name, member]) {
    const [set, node] = setAndMember(machine, name, member);
    set.add(node);
  },
  sdiscard(machine, [, name, member]) {
    const [set, node] = setAndMember(machine, name, member);
    set.delete(node);
  },
};

const queries: Ops<
  "refcount" | "tracked" | "finalized" | "len" | "items" | "referents" | "referrers" | "census"
> = {
  refcount: (machine, [, name]) => machine.heap.refcount(machine.value(name)),
  tracked: (machine, [, name]) => machine.heap.gc.isTracked(machine.value(name)),
  finalized: (machine, [, name]) => machine.heap.gc.isFinalized(machine.value(name)),
  len(machine, [, name]) {
    const object = ofKind(machine.value(name), "list", "tuple", "dict", "set");
    const isSized = kindOf(object) === "dict" || kindOf(object) === "set";
    return isSized ? (object as DictHandle | SetHandle).size : (object as ListHandle | TupleHandle).length;
  },
  items(machine, [, name]) {
    const object = ofKind(machine.value(name), "list", "tuple", "dict", "node");
    return contentOf(machine, object).map((value) => (isObject(value) ? `#${machine.idOf(value)}` : value));
  },
  referents: (machine, [, name]) => machine.idsOf(machine.heap.gc.getReferents(machine.value(name))),
  referrers: (machine, [, name]) => machine.idsOf(machine.heap.gc.getReferrers(machine.value(name))),
  census: (machine) => machine.census(),
};

/** Every op of the language. */
export const OPS: Ops<OpName> = {
  ...variableOps,
  ...writingOps,
  ...queries,
  ...weakOps,
  ...macros,
  ...collectorOps,
};

/** Does an op. @throws {Refused} */
export function perform(machine: Machine, op: Op): unknown {
  return (OPS[op[0]] as (machine: Machine, op: Op) => unknown)(machine, op);
}

function create(machine: Machine, op: OpOf<"new">): Handle {
  const { heap } = machine;
  switch (op[2]) {
    case "list":
      return machine.register(heap.list(op[3].map((item) => machine.item(item))));
    case "tuple":
      return machine.register(heap.tuple(op[3].map((item) => machine.item(item))));
    case "dict":
      return machine.register(heap.dict(op[3].map(([key, item]) => [key, machine.item(item)] as const)));
    case "set":
      return machine.register(heap.set(op[3].map((name) => machine.value(name)).map(asNode)));
    case "node": {
      const values = op[5].map((item) => machine.item(item));
      const node = machine.newNode(op[3], op[4]);
      for (const [index, value] of values.entries()) if (value !== null) node[`s${index}`] = value;
      return node;
    }
  }
}

function asNode(object: Handle): NodeHandle {
  return ofKind(object, "node");
}

function setAndMember(machine: Machine, set: Name, member: Name): [SetHandle, NodeHandle] {
  const [object, node] = [machine.value(set), machine.value(member)];
  return [ofKind(object, "set"), asNode(node)];
}

/** What an object holds, in order; of a dict, keys and values in turn. */
function contentOf(machine: Machine, object: Handle): Value[] {
  switch (kindOf(object)) {
    case "dict":
      return [...(object as DictHandle).entries()].flat();
    case "node": {
      const node = object as NodeHandle;
      return Array.from({ length: machine.slotCountOf(node) }, (_, index) => node[`s${index}`] ?? null);
    }
    default:
      return [...(object as ListHandle | TupleHandle)];
  }
}
