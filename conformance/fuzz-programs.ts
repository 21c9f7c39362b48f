// conformance/fuzz-programs.ts: random programs of the op language, as fast-check makes and shrinks them.
// Not here: running them (fuzz.ts), what keeps their outcome from hanging on an open order (fuzz-rules.ts).

import fc from "fast-check";
import { nodeOptions } from "./fuzz-actions.js";
import {
  ALL,
  ANYTHING,
  CONTAINERS,
  DICTS,
  type FuzzKind,
  GENERAL,
  LISTS,
  MEMBERS,
  makeAnswerable,
  NO_NODES,
  NODES,
  PROXIES,
  SETS,
  SINGLE_SETS,
  TUPLES,
  WEAKREFS,
  WRITTEN_BY_ACTIONS,
} from "./fuzz-rules.js";
import type { Item, Key, LinkKind, Name, NodeOptions, Op } from "./program.js";

const KEYS = ["a", "b", "c", "long key"];
const INTEGERS = [0, 1, -1, 7, 256, 257, -6, 2 ** 31, -(2 ** 31) - 1, 2 ** 40, 2 ** 53 - 1];
const SLOT_COUNTS = [0, 1, 2, 2, 3, 4];
const INDEX_MAX = 4;
const STEPS_MAX = 70;
const LINKS_MAX = 5;
/** Bound first, in this order, so that each can hold those before. */
const BEGINNING = [
  "n0",
  "l0",
  "n1",
  "w0",
  "d0",
  "m0",
  "t0",
  "n2",
  "w1",
  "s0",
  "l1",
  "n3",
  "w2",
  "p0",
  "d1",
  "x0",
  "m1",
  "w3",
];

type Ops = fc.Arbitrary<Op>;
type Names = fc.Arbitrary<Name>;

/** Programs that set up some objects, do this and that to them, look at all of them, and let go of them one by one. */
export function programs(kind: FuzzKind): fc.Arbitrary<Op[]> {
  const beginning = fc.tuple(...BEGINNING.map((name) => fc.option(creation(name, kind), { freq: 6 })));
  const rest = fc.array(steps(kind), { maxLength: STEPS_MAX, size: "max" });
  return fc
    .tuple(beginning, rest)
    .map(([first, others]) =>
      makeAnswerable([...first.filter((op) => op !== null), ...others.flat()], kind.collects),
    );
}

/** Each of an op, or of a few that belong together. */
function steps(kind: FuzzKind): fc.Arbitrary<Op[]> {
  const single = weighted([
    [9, from(ANYTHING).chain((name) => creation(name, kind))],
    [18, changes],
    [6, looks],
    [1, rare],
    ...(kind.collects ? [[2, rare] as const, [5, collections] as const] : []),
  ]).map((op) => [op]);
  return kind.collects
    ? weighted([
        [8, single],
        [1, knots(kind)],
      ])
    : single;
}

// Parts

function weighted<T>(choices: readonly (readonly [weight: number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function from<const T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

/** An op of one of these names, with these arguments. */
function op(names: string | readonly string[], ...rest: readonly fc.Arbitrary<unknown>[]): Ops {
  return fc.tuple(from([names].flat()), ...rest) as unknown as Ops;
}

/** Mostly these, now and then one of the others. */
function mostly(names: readonly Name[], others: readonly Name[] = ALL): Names {
  return weighted([
    [24, from(names)],
    [1, from(others)],
  ]);
}

const any = from(ALL);
const lists = mostly([...LISTS, ...LISTS, ...GENERAL]);
const readable = mostly([...CONTAINERS, ...NODES, ...GENERAL]);
const weakrefs = mostly([...WEAKREFS, ...WEAKREFS, ...GENERAL]);
const nodes = mostly([...NODES, ...MEMBERS]);
const members = mostly(MEMBERS, CONTAINERS);
const indices = weighted([
  [3, fc.nat({ max: 1 })],
  [1, fc.nat({ max: INDEX_MAX })],
]);
const keys = from(KEYS);
/** A variable, and a key that fits it, mostly. */
const places = weighted<[Name, Key]>([
  [8, fc.tuple(from(NODES), indices)],
  [6, fc.tuple(from(LISTS), indices)],
  [6, fc.tuple(from(DICTS), keys)],
  [1, fc.tuple(from(TUPLES), indices)],
  [1, fc.tuple(any, fc.oneof(keys, indices))],
]);
const items = weighted<Item>([
  [5, from(NODES)],
  [5, from(ANYTHING)],
  [1, from([...GENERAL, ...WRITTEN_BY_ACTIONS])],
  [2, from(INTEGERS)],
]);
const unsetToo = weighted<Item>([
  [3, items],
  [1, fc.constant(null)],
]);

// Ops

/** What binds a variable to a new object of its kind. */
function creation(name: Name, kind: FuzzKind): Ops {
  const make = (what: string, ...content: readonly fc.Arbitrary<unknown>[]): Ops =>
    op("new", fc.constant(name), fc.constant(what), ...content);
  switch (name[0]) {
    case "n":
      return fc
        .constantFrom(...SLOT_COUNTS)
        .chain((count) =>
          make(
            "node",
            fc.constant(count),
            nodeOptions(count, kind),
            fc.array(unsetToo, { maxLength: count }),
          ),
        )
        .chain((node) => from([node, suited(node)]));
    case "m":
      return make("node", fc.constant(0), fc.constant(null), fc.constant([]));
    case "l":
      return make("list", fc.array(items, { maxLength: 4, size: "max" }));
    case "t":
      return make("tuple", fc.array(items, { minLength: 1, maxLength: 4, size: "max" }));
    case "d":
      return make("dict", fc.array(fc.tuple(keys, items), { maxLength: 4 }));
    case "s":
      return make("set", fc.array(members, { maxLength: 3 }));
    case "x":
      return make("set", fc.tuple(from(NODES)));
    default:
      return weakly(name[0] === "w" ? "wref" : "proxy", fc.constant(name));
  }
}

/** The node with something in its slots that its actions are about. */
function suited(op: Op): Op {
  if (op[0] !== "new" || op[2] !== "node") return op;
  const slots = [...op[5]];
  for (const action of [...(op[4]?.fin ?? []), ...(op[4]?.cb ?? [])]) {
    const wanted = action[0] === "peek" ? WEAKREFS : action[0] === "app" ? LISTS : undefined;
    if (wanted === undefined) continue;
    const slot = action[1] as number;
    while (slots.length < slot) slots.push(null);
    slots[slot] = wanted[slot % wanted.length]!;
  }
  return ["new", op[1], "node", op[3], op[4], slots];
}

function weakly(name: "wref" | "proxy", target: Names): Ops {
  return weighted([
    [2, op(name, target, mostly(NODES, NO_NODES), mostly([...NODES, ...NODES, ...MEMBERS]))],
    [1, op(name, target, nodes)],
  ]);
}

const changes: Ops = weighted([
  [10, op("del", any)],
  [6, fc.tuple(places, items).map(([place, item]): Op => ["set", ...place, item])],
  [4, op("append", lists, items)],
  [3, places.map((place): Op => ["unset", ...place])],
  [2, op("pop", lists, fc.integer({ min: -2, max: 3 }))],
  [
    2,
    fc
      .tuple(lists, indices, fc.nat({ max: 2 }))
      .map(([name, at, count]): Op => ["delslice", name, at, at + count]),
  ],
  [2, op("clear", mostly([...LISTS, ...DICTS, ...SETS, ...SINGLE_SETS, ...GENERAL]))],
  [2, op("sadd", mostly(SETS, CONTAINERS), members)],
  [1, op("sdiscard", mostly([...SETS, ...SINGLE_SETS]), nodes)],
  [2, op("bind", from(NODES), from(NODES))],
  [1, op("bind", from(LISTS), from(CONTAINERS))],
  [1, op("bind", from(GENERAL), any)],
  [2, fc.tuple(from(GENERAL), places).map(([name, place]): Op => ["get", name, ...place])],
  [1, op("wbind", from(GENERAL), weakrefs)],
]);

const looks: Ops = weighted([
  [3, op("refcount", any)],
  [4, op(["items", "referents", "len"], readable)],
  [3, op(["referrers", "tracked", "finalized"], any)],
  [3, op(["wcount", "wrefs"], nodes)],
  [3, op(["deref", "wcb", "whash"], weakrefs)],
  [1, op("weq", weakrefs, weakrefs)],
  [1, op("palive", mostly([...PROXIES, ...GENERAL]))],
  [1, op("census")],
]);

/** Of many nodes, so that no variable may be written. */
const linkOptions = from<NodeOptions | null>([
  null,
  null,
  { fin: [] },
  { fin: [["drop", 0]] },
  { fin: [["drop", 1]] },
]);
const counts = fc.integer({ min: 1, max: LINKS_MAX });

function links(kind: LinkKind, names: readonly Name[]): Ops {
  return op(["chain", "ring"], from(names), fc.constant(kind), counts, linkOptions);
}

const rare: Ops = fc.oneof(
  op(["freeze", "unfreeze", "frozen"]),
  links("node", NODES),
  links("list", LISTS),
  links("tuple", TUPLES),
  links("dict", DICTS),
  op("wide", from(LISTS), from<LinkKind>(["node", "dict"]), counts, linkOptions),
  op("loops", counts, linkOptions),
  op("cbchain", from(LISTS), counts),
);

const collections: Ops = weighted([
  [5, op("collect", fc.constant(2))],
  [4, op("collect", fc.nat({ max: 1 }))],
  [1, op("stats")],
  [2, op("gen", any)],
  [1, op("saveall", from([true, false, false]))],
  [1, op("garbage")],
  [1, op("gget", from(GENERAL), indices)],
  [1, op("gclear")],
  [1, op("gccb", fc.boolean())],
]);

/** Objects that refer to each other, or to themselves, and that nobody else refers to in the end; collected at once or later. */
function knots(kind: FuzzKind): fc.Arbitrary<Op[]> {
  const tied = weighted<Name>([
    [4, from(NODES)],
    [2, from(LISTS)],
    [1, from(DICTS)],
  ]);
  const watching = weighted<Op[]>([
    [2, fc.constant([])],
    [
      1,
      fc
        .tuple(from(WEAKREFS), from(NODES), from(NODES))
        .map(([name, to, by]): Op[] => [["wref", name, to, by]]),
    ],
  ]);
  const collecting = weighted<Op[]>([
    [2, fc.constant([])],
    [1, fc.nat({ max: 2 }).map((generation): Op[] => [["collect", generation]])],
  ]);
  return fc
    .uniqueArray(tied, { minLength: 1, maxLength: 3 })
    .chain((names) =>
      fc
        .tuple(
          fc.tuple(...names.map((name) => fc.option(creation(name, kind), { freq: 1 }))),
          watching,
          fc.tuple(...names.map((name, index) => hold(name, names[(index + 1) % names.length]!))),
          fc.subarray(names, { minLength: names.length - 1 }),
          collecting,
        )
        .map(([made, watched, held, lost, collected]): Op[] => [
          ...made.filter((op) => op !== null),
          ...watched,
          ...held,
          ...lost.map((name): Op => ["del", name]),
          ...collected,
        ]),
    );
}

/** Has a container refer to an object. */
function hold(container: Name, object: Name): Ops {
  switch (container[0]) {
    case "n":
      return fc.nat({ max: 1 }).map((slot): Op => ["set", container, slot, object]);
    case "l":
      return fc.constant(["append", container, object]);
    default:
      return keys.map((key): Op => ["set", container, key, object]);
  }
}
