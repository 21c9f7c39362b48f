// What is told to fit does, and not much more would.

import { describe, expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { largestCount, nodeSize } from "../../../src/stress/capacity.js";
import { declareNode } from "../../../src/stress/heap-nodes.js";
import type { StressPlan } from "../../../src/stress/plan.js";
import { run } from "../../../src/stress/run.js";
import { makeShape, SHAPE_NAMES } from "../../../src/stress/shapes.js";

const MIB = 2 ** 20;
/** Of what is told to fit: so much more must not. */
const MORE = 1.2;

const planOf = (plan: Pick<StressPlan, "shape" | "objects" | "churn" | "maximumBytes">): StressPlan => ({
  ...{ engine: "pymalloc", passes: 1, seed: 1, isUntilFull: false, pauseTargetMs: 0 },
  ...plan,
});

describe.each(SHAPE_NAMES)("nodes of shape %s", (shape) => {
  test("are as large as told", () => {
    expect(declareNode(createHeapSync(), makeShape(shape, 1, 0)).size).toBe(nodeSize(shape));
  });

  test.each([
    [2, 0],
    [8, 0.3],
    [24, 0],
  ])("fit into %i MiB with a churn of %f, and hardly more", async (mebibytes, churn) => {
    const maximumBytes = mebibytes * MIB;
    const objects = largestCount(shape, maximumBytes, churn);
    const fits = await run(planOf({ shape, objects, churn, maximumBytes }));
    expect(fits.failure).toBeUndefined();
    if (mebibytes < 8) return; // what every heap has counts for more there
    const more = Math.ceil(objects * MORE * (1 + churn));
    const fails = await run(planOf({ shape, objects: more, churn: 0, maximumBytes }));
    expect(fails.failure).toMatchObject({ name: "MemoryError" });
  });
});
