// test/src/lab/generators/generators.test.ts: what holds of every generator, whatever its values: legal traces, repeatable, as long as asked.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WorkloadTooLargeError } from "../../../../src/lab/generators/errors.js";
import type { Generator, Values } from "../../../../src/lab/generators/generator.js";
import { GENERATORS } from "../../../../src/lab/generators/registry.js";
import { createWorkload, generateTrace, LIVE_BYTES_MAX } from "../../../../src/lab/generators/workload.js";
import type { Trace, TraceTotals } from "../../../../src/lab/trace.js";
import { computeTotals, IllegalEvent } from "../../../../src/lab/trace-check.js";

const FOLDER = fileURLToPath(new URL("../../../../src/lab/generators", import.meta.url));
/** What the folder has besides generators. */
const SHARED = ["describe", "errors", "generator", "parse", "registry", "workload"];
/** Random values may make large traces: not so large here. */
const EVENTS_MAX = 20_000;

/** Values with which a generator makes few events, others as they come. */
function valuesOf({ parameters }: Generator): fc.Arbitrary<Values> {
  return fc.record(
    Object.fromEntries(
      Object.entries(parameters).map(([name, { min, max, unit, default: usual }]) => {
        if (unit === "events") return [name, fc.integer({ min, max: EVENTS_MAX })];
        if (unit === "levels") return [name, fc.integer({ min, max: 8 })];
        if (unit === "seed") return [name, fc.integer({ min, max })];
        return [
          name,
          fc.oneof(
            fc.integer({ min, max: Math.min(max, 500) < min ? max : Math.min(max, 500) }),
            fc.integer({ min: 3, max: 20 }).map((log2) => Math.min(max, Math.max(min, 2 ** log2))),
            fc.constant(usual),
          ),
        ];
      }),
    ),
  );
}

/** The workload's trace; none if the values don't go together, or too much would be live. */
function tryGenerate(generator: Generator, values: Values): Trace | undefined {
  if (generator.misfit?.(values) !== undefined) return undefined;
  try {
    return generateTrace(createWorkload(generator, values));
  } catch (error) {
    if (error instanceof WorkloadTooLargeError) return undefined;
    throw error;
  }
}

function totalsOf(trace: Trace): TraceTotals {
  const totals = computeTotals(trace.words, trace.maxSlots);
  if (totals instanceof IllegalEvent) throw new Error(`event ${totals.event}: ${totals.reason}`);
  const { ops, peakLiveBlocks, ...all } = totals;
  return all;
}

test("every file of a generator is in the registry, under the name of its file", () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(/\.ts$/, ""));
  const names = files.filter((name) => !SHARED.includes(name));
  expect(GENERATORS.map(({ name }) => name).sort()).toEqual(names.sort());
});

describe.each(GENERATORS.map((generator) => [generator.name, generator] as const))("%s", (_, generator) => {
  test("with its defaults gives a legal trace of the size that is asked for, within half of 4 GiB", () => {
    const { values, ...workload } = createWorkload(generator);
    const trace = generateTrace({ values, ...workload });
    expect(trace).toMatchObject(totalsOf(trace));
    expect(trace.name).toBe(generator.name);
    const { events = trace.events } = values;
    expect(Math.abs(trace.events - events) / events).toBeLessThanOrEqual(0.01);
    expect(trace.peakLiveBytes).toBeLessThan(LIVE_BYTES_MAX / 2);
    expect(trace.meta).toMatchObject({
      generator: { name: generator.name, values },
      stats: { events: trace.events, peakLiveBytes: trace.peakLiveBytes },
    });
  });

  test("gives legal traces, as long as asked for, whatever its values", () => {
    let made = 0;
    fc.assert(
      fc.property(valuesOf(generator), (values) => {
        const trace = tryGenerate(generator, values);
        if (trace === undefined) return;
        made += 1;
        expect(trace).toMatchObject(totalsOf(trace));
        expect(trace.peakLiveBytes).toBeLessThanOrEqual(LIVE_BYTES_MAX);
        const { events } = values;
        if (events !== undefined) expect(Math.abs(trace.events - events) / events).toBeLessThanOrEqual(0.01);
      }),
      { numRuns: 30 },
    );
    expect(made).toBeGreaterThan(10);
  });

  test("the same values give the same trace, and another seed another one", () => {
    fc.assert(
      fc.property(valuesOf(generator), (values) => {
        const trace = tryGenerate(generator, values);
        if (trace === undefined) return;
        expect(tryGenerate(generator, values)!.words).toEqual(trace.words);
        if (values.seed === undefined || values.minBytes === values.maxBytes) return;
        const other = tryGenerate(generator, { ...values, seed: (values.seed + 1) >>> 0 });
        expect(other?.words).not.toEqual(trace.words);
      }),
      { numRuns: 10 },
    );
  });
});

test("the same seed gives the same numbers on every platform", () => {
  const generator = GENERATORS.find(({ name }) => name === "larson")!;
  const { words } = generateTrace(createWorkload(generator, { events: 1000, slots: 4, seed: 7 }));
  expect([...words.slice(0, 24)].filter((_, index) => index % 3 === 1)).toMatchInlineSnapshot(`
    [
      19,
      69,
      978,
      702,
      0,
      410,
      0,
      246,
    ]
  `);
});
