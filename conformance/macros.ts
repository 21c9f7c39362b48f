// conformance/macros.ts: the ops that make many objects at once: chains, rings, fans, loops.

import type { DictHandle, Handle, ListHandle } from "../src/index.js";
import { kindOf, type Machine, type NodeHandle } from "./machine.js";
import type { Ops } from "./ops.js";
import type { LinkKind, NodeOptions } from "./program.js";

export const macros: Ops<"chain" | "ring" | "wide" | "loops" | "cbchain"> = {
  chain: (machine, [, name, kind, count, options]) => {
    machine.bind(name, extend(machine, link(machine, kind, options), kind, count - 1, options));
  },
  ring(machine, [, name, kind, count, options]) {
    const first = link(machine, kind === "tuple" ? "list" : kind, options);
    const last = extend(machine, first.dup(), kind, count - 1, options);
    switch (kindOf(first)) {
      case "node":
        (first as NodeHandle).s0 = last;
        break;
      case "dict":
        (first as DictHandle).set("k", last);
        break;
      default:
        (first as ListHandle).append(last);
    }
    machine.bind(name, last);
  },
  wide(machine, [, name, kind, count, options]) {
    const list = machine.register(machine.heap.list());
    for (let made = 0; made < count; made += 1) {
      const element = link(machine, kind, options);
      list.append(element);
      element.dispose();
    }
    machine.bind(name, list);
  },
  loops(machine, [, count, options]) {
    for (let made = 0; made < count; made += 1) {
      const node = machine.newNode(2, options);
      node.s0 = node;
      node.dispose();
    }
  },
  cbchain(machine, [, name, count]) {
    const list = machine.register(machine.heap.list());
    const first = machine.newNode(0, null);
    let referent: Handle = first.dup();
    for (let made = 0; made < count; made += 1) {
      const callback = machine.newNode(0, null);
      const weakref = machine.register(machine.heap.weakref.ref(referent, callback));
      list.append(weakref);
      weakref.dispose();
      referent.dispose();
      referent = callback;
    }
    list.append(first);
    machine.bind(name, list);
  },
};

/** Hangs `count` links in front of one another, `last` the hindmost; its handle is given up. The foremost. */
function extend(
  machine: Machine,
  last: Handle,
  kind: LinkKind,
  count: number,
  options: NodeOptions | null,
): Handle {
  let foremost = last;
  for (let made = 0; made < count; made += 1) {
    const next = link(machine, kind, options, foremost);
    foremost.dispose();
    foremost = next;
  }
  return foremost;
}

/** One element of a chain: the first, or one that refers to the previous. */
function link(machine: Machine, kind: LinkKind, options: NodeOptions | null, previous?: Handle): Handle {
  const { heap } = machine;
  switch (kind) {
    case "node": {
      const node = machine.newNode(2, options);
      if (previous !== undefined) node.s0 = previous;
      return node;
    }
    case "list":
      return machine.register(heap.list(previous === undefined ? [] : [previous]));
    case "tuple":
      return machine.register(heap.tuple([previous ?? 0]));
    case "dict":
      return machine.register(heap.dict([["k", previous ?? 0]]));
  }
}
