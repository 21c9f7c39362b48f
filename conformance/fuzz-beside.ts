// conformance/fuzz-beside.ts: a random program beside CPython: whether they differ, though they look at objects in the same order.
// Not here: making programs (fuzz-programs.ts), where each collection's order is noted (collection-log.ts).
//
// In which order a collection takes the objects is open, and some programs show it: in ids of objects that finalizers make, in who is
// rescued first. So CPython is given ours: before each of its collections, the objects are put into the order that ours had. Then the
// same happens, but for what each does in an order of its own after all (untracking tuples that hold tuples, releasing what garbage alone
// held). So where they differ still, CPython runs the program in other orders too. If it then differs from itself, up to the same op, the
// program tells nothing.

import { CollectionLog, type Sight } from "./collection-log.js";
import { describeDifference, isSame } from "./compare.js";
import type { CPython } from "./cpython.js";
import { Dice } from "./dice.js";
import { Machine } from "./machine.js";
import type { Observation, Op, Program } from "./program.js";
import { type Difference, observe } from "./run-program.js";

/** Other orders that CPython is asked for: its own, ours the other way round, then shuffled ones. */
const OTHER_ORDERS = 24;

export interface Verdict {
  readonly difference?: Difference;
  /** They differ, but CPython differs from itself too. */
  readonly isUndecided: boolean;
  readonly sights: ReadonlySet<Sight>;
}

/** What the ops of a program show here. */
interface Showing {
  /** Fewer than ops if one failed. */
  readonly observations: readonly Observation[];
  /** Of each op: it ran collections, so its log's order is open. */
  readonly isUnordered: readonly boolean[];
  readonly failure: string | undefined;
  readonly log: CollectionLog;
}

export function judge(ops: readonly Op[], cpython: CPython, module: WebAssembly.Module): Verdict {
  const { observations, isUnordered, failure, log } = show(ops, module);
  const { orders, sights } = log;
  const expect = cpython.run(ops, orders);
  const compareOf = (index: number): Program["compare"] => (isUnordered[index] ? "unordered" : "exact");
  const index = ops.findIndex((_, at) => {
    return at >= observations.length || !isSame(expect[at]!, observations[at]!, compareOf(at));
  });
  if (index < 0) return { isUndecided: false, sights };
  const op = ops[index]!;
  if (index >= observations.length) {
    const difference = { index, op, expected: JSON.stringify(expect[index]), got: `threw ${failure}` };
    return { difference, isUndecided: false, sights };
  }
  for (const other of otherOrders(orders)) {
    const shown = cpython.run(ops, other);
    const isItself = shown.slice(0, index + 1).every((one, at) => isSame(expect[at]!, one, compareOf(at)));
    if (!isItself) return { isUndecided: true, sights };
  }
  const difference = { index, op, ...describeDifference(expect[index]!, observations[index]!) };
  return { difference, isUndecided: false, sights };
}

function show(ops: readonly Op[], module: WebAssembly.Module): Showing {
  const machine = new Machine(module);
  const log = new CollectionLog(machine);
  const observations: Observation[] = [];
  const isUnordered: boolean[] = [];
  let failure: string | undefined;
  try {
    for (const op of ops) {
      const collections = log.orders.length;
      const observation = observe(machine, op);
      machine.verify();
      observations.push(observation);
      isUnordered.push(log.orders.length > collections);
    }
  } catch (error) {
    failure = String(error);
  }
  return { observations, isUnordered, failure, log };
}

function* otherOrders(orders: readonly (readonly number[])[]): Generator<number[][]> {
  if (orders.length === 0) return;
  yield [];
  yield orders.map((order) => order.toReversed());
  const dice = new Dice(orders.length);
  for (let made = 2; made < OTHER_ORDERS; made += 1) yield orders.map((order) => dice.shuffled(order));
}
