// bench/gc/young.ts: a young collection of few objects beside many old ones, which it is not to look at.

import { Random } from "../../src/lab/random.js";
import { spreadOf } from "../../src/lab/spread.js";
import { settleMemory } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Work, WorkOptions } from "../objects/benchmark.js";
import { ourNodes } from "./our-nodes.js";
import { plainNodes } from "./plain-nodes.js";
import { cpythonNodes, pyodideNodes } from "./python-nodes.js";
import { drawTargets } from "./random-graph.js";
import type { SubjectKind, YoungPlan } from "./subject.js";

const OLD = 10_000_000;
/** Pyodide's: ten million take too long to make. */
const PYODIDE_OLD = 1_000_000;
const YOUNG = 2000;
/** In a round, of held ones and of dropped ones each. */
const COLLECTIONS = 50;
const LIMIT_US = 100;
const US_PER_MS = 1000;

export const youngAlone: Benchmark = young("young", "to the next and to a random one of them", false);
export const youngToOld: Benchmark = young("young-to-old", "to the next and to a random old one", true);

function young(name: string, refers: string, refersToOld: boolean): Benchmark {
  return {
    name,
    operation:
      `${YOUNG} young objects, each of which refers ${refers}, beside ${OLD} old ones of two random references: a collection of ` +
      "the youngest generation, the young ones being held by a list, or dropped; a round gives the median of " +
      `${COLLECTIONS} each`,
    measures: { held: "µs", dropped: "µs" },
    reference: cpythonNodes.name,
    contenders: [
      contenderOf(ourNodes, OLD, refersToOld),
      contenderOf(cpythonNodes, OLD, refersToOld),
      contenderOf(pyodideNodes, PYODIDE_OLD, refersToOld),
      contenderOf(plainNodes, OLD, refersToOld),
    ],
    targets: ["held", "dropped"].map((measure) => ({ contender: ourNodes.name, measure, limit: LIMIT_US })),
  };
}

function contenderOf(kind: SubjectKind, old: number, refersToOld: boolean): Contender {
  const besides = old === OLD ? "" : `, beside ${old} old ones only`;
  return {
    name: kind.name,
    does: `${kind.does}, of the youngest generation${besides}`,
    start: (options) => youngWork(kind, old, refersToOld, options),
  };
}

async function youngWork(
  kind: SubjectKind,
  total: number,
  refersToOld: boolean,
  { seed, share }: WorkOptions,
): Promise<Work> {
  const count = Math.round(total * share);
  const subject = await kind.open();
  await subject.load(drawTargets(seed, count));
  await subject.build();
  await subject.collect();
  const random = new Random(seed);
  return {
    ...(subject.program === undefined ? {} : { program: subject.program }),
    async round() {
      const draws = random.indices(YOUNG * COLLECTIONS, refersToOld ? count : YOUNG);
      const plan: YoungPlan = { count: YOUNG, draws, refersToOld };
      settleMemory();
      const { held, dropped } = await subject.collectYoung(plan);
      return { held: medianUs(held), dropped: medianUs(dropped) };
    },
  };
}

function medianUs(times: readonly number[]): number {
  return spreadOf(times).median * US_PER_MS;
}
