// test/src/graph/experiment.test.ts: the experiment gives what can be computed of the graph without a heap.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Experiment, type GraphResult } from "../../../src/graph/experiment.js";
import type { ObjectGraph } from "../../../src/graph/object-graph.js";
import { BUILDS, type Build, newObjectHeap } from "../../support/checked-core.js";
import { answersOf } from "../../support/ogr1-writer.js";
import { anyNodes, graphOf, ONE_OF_EACH, ONE_OF_EACH_ANSWERS } from "../../support/small-graphs.js";

function resultOf(graph: ObjectGraph, build: Build, rounds = 1): GraphResult {
  const experiment = new Experiment(graph, () => newObjectHeap(build));
  for (let round = 0; round < rounds; round += 1) experiment.run();
  return experiment.result!;
}

describe.each(BUILDS)("%s:", (build) => {
  test("reference counting frees chains, the collector cycles, and what is held outside stays", () => {
    const result = resultOf(graphOf(ONE_OF_EACH), build, 2);
    expect(result).toMatchObject({
      ...ONE_OF_EACH_ANSWERS,
      liveCollected: 0,
      alive: 4,
      isRight: true,
      rounds: 2,
    });
    expect(result.bytesPerNode).toBeGreaterThan(8);
    for (const times of [result.buildMs, result.liveCollectMs, result.garbageCollectMs]) {
      expect(times.min).toBeLessThanOrEqual(times.median);
      expect(times.median).toBeLessThanOrEqual(times.max);
    }
  });

  test("any graph gives the answers that were computed of it", () => {
    fc.assert(
      fc.property(anyNodes, ({ nodes, dropRoot }) => {
        const { freed, garbage, trackedGarbage } = answersOf(nodes, dropRoot);
        expect(resultOf(graphOf(nodes, dropRoot), build)).toMatchObject({
          freedByRefcount: freed,
          heldByCycles: garbage,
          collected: trackedGarbage,
          alive: nodes.length - freed - garbage,
          liveCollected: 0,
          isRight: true,
        });
      }),
      { numRuns: build === "checked" ? 30 : 150 },
    );
  });

  test("a chain of 100,000 nodes dies, and a ring of as many is collected", () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, i) => ({ to: i + 1 < count ? [2 + i + 1] : [] }));
    const head = [
      { to: [2], outside: 1 },
      { to: [], outside: 1 },
    ];
    // without the writer, which is recursive
    const build1 = (isRing: boolean): ObjectGraph =>
      plainGraph([...head, ...chain.map(({ to }, i) => (isRing && i === count - 1 ? { to: [2] } : { to }))]);
    expect(resultOf(build1(false), build)).toMatchObject({
      freedByRefcount: count,
      heldByCycles: 0,
      collected: 0,
    });
    expect(resultOf(build1(true), build)).toMatchObject({
      freedByRefcount: 0,
      heldByCycles: count,
      collected: count,
    });
  });
});

test("a wrong answer is told, and so is one that only a later round has", () => {
  const graph = graphOf(ONE_OF_EACH);
  const wrong = { ...graph, answers: { ...graph.answers, collected: 4 } };
  expect(resultOf(wrong, "release")).toMatchObject({ collected: 3, isRight: false });
});

test("before the first round there is no result", () => {
  expect(new Experiment(graphOf(ONE_OF_EACH), () => newObjectHeap("release")).result).toBeUndefined();
});

/** A graph of tracked nodes, the root first, without answers. */
function plainGraph(nodes: readonly { to: readonly number[]; outside?: number }[]): ObjectGraph {
  const outside = Uint32Array.from(nodes, (node) => node.outside ?? 0);
  const refcounts = outside.slice();
  const targets = Uint32Array.from(nodes.flatMap(({ to }) => to));
  for (const target of targets) refcounts[target]! += 1;
  let end = 0;
  return {
    ...graphOf(ONE_OF_EACH),
    nodes: nodes.length,
    edges: targets.length,
    offsets: Uint32Array.from([0, ...nodes.map(({ to }) => (end += to.length))]),
    targets,
    sizes: new Uint32Array(nodes.length),
    refcounts,
    outsideReferences: outside,
    flags: new Uint8Array(nodes.length).fill(1),
  };
}
