// What a run finds in a heap that is as it must be, and in one that somebody has written over.

import { describe, expect, test } from "vitest";
import { OBJECT_REFCOUNT, OBJECT_TYPE } from "../../../assembly/object-layout.js";
import type { Heap } from "../../../src/heap.js";
import { HeapEngine } from "../../../src/stress/heap-engine.js";
import type { HeapNodes } from "../../../src/stress/heap-nodes.js";
import type { Nodes } from "../../../src/stress/nodes.js";
import { DAMAGES, type StressPlan } from "../../../src/stress/plan.js";
import type { PhaseName, RunResult } from "../../../src/stress/result.js";
import { run } from "../../../src/stress/run.js";
import { SHAPE_NAMES, type Shape } from "../../../src/stress/shapes.js";
import { BUILDS, type Build, newObjectHeap } from "../../support/checked-core.js";
import { Pen } from "../../support/damage.js";

const MIB = 2 ** 20;
const PLAN: StressPlan = {
  engine: "pymalloc",
  shape: "random",
  objects: 5000,
  churn: 0,
  passes: 2,
  seed: 1,
  maximumBytes: 64 * MIB,
  isUntilFull: false,
  pauseTargetMs: 0,
};

const operations = (result: RunResult, name: PhaseName): number =>
  result.phases.find(({ phase }) => phase === name)?.operations ?? 0;

function runOn(build: Build, plan: StressPlan): Promise<RunResult> {
  return run(plan, {
    engine: new HeapEngine(plan, newObjectHeap(build, { maximumBytes: plan.maximumBytes })),
  });
}

describe.each(BUILDS)("a run on the %s build", (build) => {
  describe.each(SHAPE_NAMES)("of shape %s", (shape) => {
    test.each([1, 2, 1000])("with %i nodes leaves nothing behind", async (objects) => {
      const result = await runOn(build, { ...PLAN, shape, objects });
      expect(result.failure).toBeUndefined();
      expect(result).toMatchObject({ made: objects, mostObjects: objects, verifications: 2 });
    });

    test("has every node as it must be after some were replaced", async () => {
      const result = await runOn(build, { ...PLAN, shape, objects: 3000, churn: 0.2, passes: 4 });
      expect(result.failure).toBeUndefined();
      expect(result.passes).toBe(4);
      const replaced = operations(result, "replace");
      expect(replaced / (4 * 3000)).toBeCloseTo(0.2, 1);
      expect(result.made).toBe(3000 + replaced);
    });
  });
});

test("everything can be replaced at once", async () => {
  const result = await runOn("release", { ...PLAN, churn: 1, passes: 3 });
  expect(result.failure).toBeUndefined();
  expect(result.made).toBe(4 * PLAN.objects);
});

test("collections in increments change nothing but the pauses", async () => {
  const result = await runOn("release", { ...PLAN, objects: 50_000, churn: 0.3, pauseTargetMs: 0.2 });
  expect(result.failure).toBeUndefined();
});

test("a run by time goes on, and what it makes again is drawn anew", async () => {
  const result = await runOn("release", { ...PLAN, objects: 500, seconds: 0.3 });
  expect(result.failure).toBeUndefined();
  expect(result.passes).toBeGreaterThan(1);
  expect(result.seconds).toBeGreaterThanOrEqual(0.3);
  expect(result.made).toBe(500 * result.passes);
});

test("plain objects are as they must be, too", async () => {
  const { PlainNodes } = await import("../../../src/stress/plain-nodes.js");
  const { makeShape } = await import("../../../src/stress/shapes.js");
  const { Pass } = await import("../../../src/stress/nodes.js");
  for (const name of SHAPE_NAMES) {
    const nodes = new PlainNodes(makeShape(name, 1000, 3), 3);
    nodes.make(0, 1000);
    nodes.link(0, 1000);
    nodes.check(0, 1000);
    const pass = new Pass(1, 0.5, 3);
    nodes.replace(0, 1000, pass);
    expect(() => nodes.check(0, 1000)).toThrow(`of plain node`);
    nodes.relink(0, 1000);
    nodes.check(0, 1000);
  }
});

describe("until the heap is full", () => {
  const full = { ...PLAN, objects: 5000, maximumBytes: 4 * MIB, isUntilFull: true };

  test.each(SHAPE_NAMES)(
    "%s: MemoryError leaves all as it was, half is freed, and it fills again",
    async (shape) => {
      const result = await runOn("release", { ...full, shape });
      expect(result.failure).toBeUndefined();
      expect(result.memoryErrors.full).toBe(2);
      expect(result.mostHeapBytes).toBe(full.maximumBytes);
      expect(result.verifications).toBe(5);
      expect(result.made).toBeGreaterThan(1.3 * result.mostObjects);
    },
  );

  test("a graph that never fits fills it as well", async () => {
    const result = await runOn("release", { ...full, objects: 1_000_000 });
    expect(result.failure).toBeUndefined();
    expect(result).toMatchObject({ mostObjects: 0, verifications: 5 });
  });
});

describe("a heap that was written over", () => {
  /** Runs with `damage` done once the nodes are linked. */
  async function runDamaged(
    damage: (pen: Pen, at: (node: number) => number, offsetOf: (field: string) => number) => void,
    plan: Partial<StressPlan> = {},
  ): Promise<RunResult> {
    class Damaged extends HeapEngine {
      constructor(
        plan: StressPlan,
        private readonly heap: Heap,
      ) {
        super(plan, heap);
      }
      override newNodes(shape: Shape, seed: number): HeapNodes {
        return super.newNodes(shape, seed);
      }
      override spoil(nodes: Nodes): void {
        const { addresses } = nodes as HeapNodes;
        damage(
          new Pen(this.heap),
          (node) => addresses[node]!,
          (field) => (nodes as HeapNodes).offsetOf(field),
        );
      }
    }
    const spoiled = { ...PLAN, objects: 1000, ...plan, damage: "content" } as const;
    return run(spoiled, {
      engine: new Damaged(spoiled, newObjectHeap("release", { maximumBytes: spoiled.maximumBytes })),
    });
  }

  test("a bit of a node's content", async () => {
    const { failure } = await runDamaged((pen, at, offset) => pen.flip(at(500) + offset("check"), 1 << 20));
    expect(failure).toMatchObject({ name: "StressCheckError" });
    expect(failure!.message).toMatch(/^check of random node 500 at 0x[0-9a-f]+ is \d+; it must be \d+$/);
  });

  test("two nodes whose contents are exchanged", async () => {
    const { failure } = await runDamaged((pen, at, offset) => {
      for (const field of ["number", "check"]) {
        const [one, other] = [at(300) + offset(field), at(301) + offset(field)];
        const value = pen.read(one);
        pen.write(one, pen.read(other));
        pen.write(other, value);
      }
    });
    expect(failure!.message).toMatch(/^number of random node 300 at 0x[0-9a-f]+ is 301; it must be 300$/);
  });

  test("two references that are exchanged: every count is right still", async () => {
    const { failure } = await runDamaged((pen, at, offset) => {
      const [one, other] = [at(10) + offset("other"), at(20) + offset("other")];
      const value = pen.read(one);
      pen.write(one, pen.read(other));
      pen.write(other, value);
    });
    expect(failure!.message).toMatch(/^other of random node 10 at /);
  });

  test("one reference counted too many, and one too few", async () => {
    const more = await runDamaged((pen, at) => pen.add(at(77) + OBJECT_REFCOUNT, 1));
    expect(more.failure!.message).toBe("the number of references that no object holds is 2; it must be 1");
    const less = await runDamaged((pen, at) => pen.add(at(77) + OBJECT_REFCOUNT, -1));
    expect(less.failure).toMatchObject({ name: "CorruptHeapError" });
  });

  test("one count too high and one too low, which the sum does not show", async () => {
    const { failure } = await runDamaged((pen, at) => {
      pen.add(at(0) + OBJECT_REFCOUNT, -1); // the held one's: no object holds it less
      pen.add(at(5) + OBJECT_REFCOUNT, 1);
    });
    expect(failure!.message).toMatch(/^reference count of random node 0 at /);
  });

  test("a node that is gone, its block free", async () => {
    const { failure } = await runDamaged(
      (pen, at) => {
        const { heap } = pen;
        heap.decref(at(999)); // the list's only reference to its head
      },
      { shape: "list" },
    );
    expect(failure!.message).toBe("the number of objects is 0; it must be 1000");
  });

  test("an object that nobody knows of", async () => {
    const { failure } = await runDamaged(({ heap }) => void heap.list(), { shape: "tree" });
    expect(failure!.message).toBe("the number of objects is 1001; it must be 1000");
  });

  test("a type that is another", async () => {
    const { failure } = await runDamaged((pen, at) => pen.add(at(3) + OBJECT_TYPE, 1));
    expect(failure).toMatchObject({ name: "CorruptHeapError" });
  });

  test.each(DAMAGES)("%s, as the command does it, in every shape", async (damage) => {
    for (const shape of SHAPE_NAMES) {
      const { failure } = await runOn("release", { ...PLAN, shape, damage });
      expect(failure).toBeDefined();
    }
  });
});

test("ends where it is when it is interrupted, with what it has by then", async () => {
  const abort = new AbortController();
  const result = await run(
    { ...PLAN, objects: 300_000, seconds: 60 },
    {
      signal: abort.signal,
      report: ({ phase }) => {
        if (phase === "link") abort.abort();
      },
    },
  );
  expect(result).toMatchObject({ isInterrupted: true, made: 300_000, verifications: 0 });
  expect(result.failure).toBeUndefined();
});

test("tells where it is, from phase to phase", async () => {
  const told: PhaseName[] = [];
  const result = await run({ ...PLAN, objects: 200_000 }, { report: ({ phase }) => void told.push(phase) });
  expect(result.failure).toBeUndefined();
  expect([...new Set(told)]).toEqual(
    expect.arrayContaining(["make", "verify heap", "check nodes", "collect"]),
  );
  expect(result.samples.length).toBeGreaterThan(0);
});
