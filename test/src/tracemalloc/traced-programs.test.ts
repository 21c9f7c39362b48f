// test/src/tracemalloc/traced-programs.test.ts: whatever a program does, what is traced is what lives of what was made meanwhile, in every mode.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALIGNMENT } from "../../../assembly/layout.js";
import { weightOf } from "../../../src/tracemalloc/sampling.js";
import type { Trace } from "../../../src/tracemalloc/snapshot.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { TracedProgram, tracedPrograms } from "../../support/traced-programs.js";

/** An object's size is that of its blocks. */
function roundUp(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function expectRight(program: TracedProgram): void {
  const { heap, raw, user, mode } = program;
  heap.verify();
  const { current, peak } = heap.tracemalloc.getTracedMemory();
  if (mode === undefined) {
    expect([current, peak]).toEqual([0, 0]);
    return;
  }
  const snapshot = heap.tracemalloc.takeSnapshot();
  const traces = [...snapshot.traces];
  const bytes = traces.map(({ size, domain }) =>
    domain === "user" ? size : weightOf(size, mode.sampleBytes).bytes,
  );
  const sum = bytes.reduce((sum, bytes) => sum + bytes, 0);
  expect(Math.abs(current - sum)).toBeLessThanOrEqual(program.isExact ? 0 : 0.5 + sum * 1e-9);
  expect(peak).toBeGreaterThanOrEqual(current);
  const of = (domain: Trace["domain"]): [number, number][] =>
    traces.filter((trace) => trace.domain === domain).map(({ address, size }) => [address, size]);
  const typed = traces.filter(({ type }) => type !== undefined).map(({ address }) => address);
  const objects = program.objects();
  expect(new Map(of("user"))).toEqual(user);
  if (!program.isExact) {
    for (const [address, size] of of("raw")) expect(raw.get(address)).toBe(size);
    for (const address of typed) expect(objects).toContain(address);
    return;
  }
  expect(new Map(of("raw"))).toEqual(raw);
  expect(typed).toEqual(objects.sort((a, b) => a - b));
  const { core } = heap.objectHeap;
  const objectBytes = objects.reduce((sum, address) => sum + (core.get_size(address) >>> 0), 0);
  expect(of("objects").reduce((sum, [, size]) => sum + roundUp(size), 0)).toBe(objectBytes);
  if (program.counter !== undefined) {
    expect(program.counted).toBe(current - [...user.values()].reduce((sum, size) => sum + size, 0));
  }
}

describe.each(BUILDS)("%s:", (build) => {
  test("after each step, traces are of live blocks, and of all of them where all are traced", () => {
    fc.assert(
      fc.property(tracedPrograms, (steps) => {
        const program = new TracedProgram(newObjectHeap(build));
        program.run({ what: "start", a: 0, b: 0 });
        for (const step of steps) {
          program.run(step);
          expectRight(program);
        }
        program.end();
        expect(program.heap.tracemalloc.getTracedMemory().current).toBe(0);
        if (program.mode !== undefined) expect(program.heap.tracemalloc.takeSnapshot().length).toBe(0);
        program.heap.verify();
      }),
      { numRuns: 150 },
    );
  });
});
