import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownedStrategies, planSweep } from "../../../../src/lab/sweep/plan.js";
import { fakeSource } from "../../../support/fake-allocator.js";
import { smallTrace, strategyOf, workloadOf } from "../../../support/sweeps.js";

const SETTINGS = { baseline: "s0", rounds: 3, limitMs: 1, shardCount: 1 };

function plan(workloads: number, strategies: number, shardCount: number) {
  const trace = smallTrace("t");
  return planSweep(
    Array.from({ length: workloads }, (_, i) => ({ ...workloadOf(trace), name: `w${i}` })),
    Array.from({ length: strategies }, (_, i) => strategyOf(fakeSource(`s${i}`))),
    { ...SETTINGS, shardCount },
  );
}

describe("a plan", () => {
  test("gives every cell to exactly one shard, and shards differ by one cell at most", () => {
    const count = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 30 }), (workloads, strategies, shardCount) => {
        const it = plan(workloads, strategies, shardCount);
        const cellCounts = Array.from({ length: shardCount }, (_, shard) =>
          it.workloads.reduce((sum, _, w) => sum + ownedStrategies(it, shard, w).length, 0),
        );
        expect(cellCounts.reduce((a, b) => a + b)).toBe(workloads * strategies);
        expect(Math.max(...cellCounts) - Math.min(...cellCounts)).toBeLessThanOrEqual(1);
        for (const w of it.workloads.keys()) {
          const owned = cellCounts.flatMap((_, shard) => ownedStrategies(it, shard, w));
          expect(owned).toEqual(it.strategies);
        }
      }),
    );
  });

  test("has a digest that any change of contents or settings changes", () => {
    const digest = plan(2, 2, 1).digest;
    expect(plan(2, 2, 1).digest).toBe(digest);
    expect(plan(2, 2, 2).digest).not.toBe(digest);
    expect(plan(2, 3, 1).digest).not.toBe(digest);
    const [w, s] = [workloadOf(smallTrace("t")), strategyOf(fakeSource("s0"))];
    const changed = [
      planSweep([w], [s], SETTINGS),
      planSweep([{ ...w, digest: "other" }], [s], SETTINGS),
      planSweep([w], [{ ...s, bytes: new Uint8Array(3) }], SETTINGS),
      planSweep([w], [s], { ...SETTINGS, rounds: 4 }),
      planSweep([w], [s], { ...SETTINGS, limitMs: 2 }),
    ].map((it) => it.digest);
    expect(new Set(changed).size).toBe(changed.length);
  });
});
