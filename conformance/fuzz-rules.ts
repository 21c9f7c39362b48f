// conformance/fuzz-rules.ts: what makes a random program one whose outcome Python determines, and that does something.
// Not here: the random ops (fuzz-programs.ts).
//
// What hangs on an order that Python leaves open is not tried; but for that of objects within a collection (see fuzz-beside.ts):
//
// - A set of several nodes dies in any order. So several stand only in s0, s1, and are m0, m1, …: nodes without slots and
//   finalizers, which no callback watches. A set of one node, x0, may hold any.
// - A variable z0, … is written by one action of one node only.
// - Nobody takes a census while objects are frozen: CPython can't list those.

import type { Action, Item, Name, Op } from "./program.js";

export const LISTS = ["l0", "l1", "l2"];
export const TUPLES = ["t0", "t1"];
export const DICTS = ["d0", "d1"];
export const SETS = ["s0", "s1"];
export const SINGLE_SETS = ["x0"];
export const NODES = ["n0", "n1", "n2", "n3"];
export const MEMBERS = ["m0", "m1", "m2"];
export const WEAKREFS = ["w0", "w1", "w2", "w3", "w4"];
export const PROXIES = ["p0", "p1"];
/** Hold anything. */
export const GENERAL = ["g0", "g1"];
export const WRITTEN_BY_ACTIONS = ["z0", "z1", "z2", "z3", "z4", "z5"];

export const CONTAINERS = [...LISTS, ...TUPLES, ...DICTS];
/** Neither nodes nor what may be one. */
export const NO_NODES = [...CONTAINERS, ...SETS, ...SINGLE_SETS, ...WEAKREFS, ...PROXIES];
export const ANYTHING = [...NO_NODES, ...NODES, ...MEMBERS];
export const ALL = [...ANYTHING, ...GENERAL, ...WRITTEN_BY_ACTIONS];

export interface FuzzKind {
  /** With ops on the collector. */
  readonly collects: boolean;
}

const HAVE_ITEMS = [...CONTAINERS, ...NODES, ...GENERAL, ...WRITTEN_BY_ACTIONS];
const HAVE_WEAKREFS = [...NODES, ...MEMBERS, ...GENERAL, ...WRITTEN_BY_ACTIONS];

/** The program made of these ops: of variables that are bound, mostly, and with a look at all that is there at its end. */
export function makeAnswerable(ops: readonly Op[], collects: boolean): Op[] {
  const bound = new Set<Name>();
  const written = new Set<Name>();
  const kept: Op[] = [];
  for (const op of ops) {
    const next = withoutSecondWriters(withBound(op, bound), written);
    if (!isAnswerable([...kept, next])) continue;
    kept.push(next);
    note(next, bound);
  }
  const names = ALL.filter((name) => bound.has(name) || written.has(name));
  const looks = names.flatMap((name): Op[] => [
    ["refcount", name],
    ["referrers", name],
    ...(HAVE_ITEMS.includes(name) ? [["items", name] as const] : []),
    ...(HAVE_WEAKREFS.includes(name) ? [["wrefs", name] as const] : []),
  ]);
  const ends = names.map((name): Op => ["del", name]);
  const ending = collects ? endingOf(written) : [];
  return [...kept, ...looks, ["frozen"], ["unfreeze"], ["census"], ...ends, ["census"], ...ending];
}

/** Collects what nobody refers to any more; then, what finalizers have rescued, and what was saved. */
function endingOf(written: ReadonlySet<Name>): Op[] {
  const names = WRITTEN_BY_ACTIONS.filter((name) => written.has(name));
  return [
    ["collect", 2],
    ["census"],
    ...names.flatMap((name): Op[] => [
      ["refcount", name],
      ["items", name],
    ]),
    ...names.map((name): Op => ["del", name]),
    ["garbage"],
    ["saveall", false],
    ["gclear"],
    ["collect", 2],
    ...names.map((name): Op => ["del", name]),
    ["collect", 2],
    ["census"],
    ["stats"],
  ];
}

/** Whether CPython can do all of it. */
export function isAnswerable(ops: readonly Op[]): boolean {
  let isFrozen = false;
  for (const [name] of ops) {
    if (name === "freeze") isFrozen = true;
    else if (name === "unfreeze") isFrozen = false;
    else if (name === "census" && isFrozen) return false;
  }
  return true;
}

/** The op with variables of the same letter in place of those that are unbound; without any, contents are an integer. */
function withBound(op: Op, bound: ReadonlySet<Name>): Op {
  const replace = <T extends Item>(item: T): T => {
    if (typeof item !== "string" || bound.has(item) || !ALL.includes(item)) return item;
    const others = [...bound].filter((name) => name[0] === item[0]);
    return (others.length > 0 ? others[Number(item[1]) % others.length] : item) as T;
  };
  const content = (item: Item): Item => {
    const name = replace(item);
    return typeof name === "string" && !bound.has(name) ? Number(name[1]) : name;
  };
  switch (op[0]) {
    case "new":
      if (op[2] === "dict")
        return [op[0], op[1], op[2], op[3].map(([key, item]) => [key, content(item)] as const)];
      if (op[2] === "node") return [op[0], op[1], op[2], op[3], op[4], op[5].map(content)];
      if (op[2] === "set") return [op[0], op[1], op[2], op[3].map(replace).filter((name) => bound.has(name))];
      return [op[0], op[1], op[2], op[3].map(content)];
    case "append":
      return [op[0], replace(op[1]), content(op[2])];
    case "set":
      return [op[0], replace(op[1]), op[2], content(op[3])];
    case "bind":
    case "wbind":
    case "get":
    case "gget":
    case "wref":
    case "proxy": {
      const [name, target, ...operands] = op;
      return [name, target, ...operands.map(replace)] as unknown as Op;
    }
    case "chain":
    case "ring":
    case "wide":
    case "cbchain":
      return op;
    default: {
      const [name, ...operands] = op as readonly [string, ...Item[]];
      return [name, ...operands.map(replace)] as unknown as Op;
    }
  }
}

/** Keeps track of which variables are bound, as far as can be told without doing the op. */
function note(op: Op, bound: Set<Name>): void {
  switch (op[0]) {
    case "new":
    case "bind":
    case "get":
    case "gget":
    case "wbind":
    case "wref":
    case "proxy":
    case "chain":
    case "ring":
    case "wide":
    case "cbchain":
      bound.add(op[1]);
      break;
    case "del":
      bound.delete(op[1]);
  }
}

/** The op without actions that write a variable which another action writes already. */
function withoutSecondWriters(op: Op, written: Set<Name>): Op {
  if (op[0] !== "new" || op[2] !== "node" || op[4] === null) return op;
  const isFirst = (action: Action): boolean => {
    if (action[0] !== "self" && action[0] !== "wself" && action[0] !== "slot") return true;
    if (written.has(action[1])) return false;
    written.add(action[1]);
    return true;
  };
  const { fin, cb } = op[4];
  const options = { ...(fin && { fin: fin.filter(isFirst) }), ...(cb && { cb: cb.filter(isFirst) }) };
  return ["new", op[1], "node", op[3], options, op[5]];
}
