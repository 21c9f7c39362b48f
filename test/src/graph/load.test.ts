// test/src/graph/load.test.ts: what is loaded is the graph: the same references, counts and view of the collector.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REFCOUNT_IMMORTAL, TYPE_FLOAT, TYPE_LIST } from "../../../assembly/object-layout.js";
import { MemoryError } from "../../../src/errors.js";
import { loadGraph } from "../../../src/graph/load.js";
import type { Heap } from "../../../src/heap.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { type GraphNode, isTracked, refcountsOf } from "../../support/ogr1-writer.js";
import { anyNodes, graphOf, ONE_OF_EACH } from "../../support/small-graphs.js";

/** What the heap has of a node. */
function describeNode(heap: Heap, address: number, nodeAt: ReadonlyMap<number, number>) {
  return heap.frame(() => {
    const handle = heap.handle(address);
    const refcount = heap.refcount(handle) - 1; // before there are handles of what it refers to, which may be itself
    return {
      to: heap.gc.getReferents(handle).map((referent) => nodeAt.get(referent.address)),
      refcount,
      isTracked: heap.gc.isTracked(handle),
    };
  });
}

/** What the heap should have of it. */
function expectedOf(nodes: readonly GraphNode[], dropRoot: number) {
  const refcounts = refcountsOf(nodes);
  return nodes.map((node, i) => {
    const refcount = refcounts[i]! + Number(i === dropRoot && (node.outside ?? 0) === 0);
    return {
      to: [...node.to],
      refcount: refcount >= REFCOUNT_IMMORTAL ? REFCOUNT_IMMORTAL - 1 : refcount,
      isTracked: isTracked(node),
    };
  });
}

describe.each(BUILDS)("%s:", (build) => {
  test("any graph is in the heap as it is in the file", () => {
    fc.assert(
      fc.property(anyNodes, ({ nodes, dropRoot }) => {
        const heap = newObjectHeap(build);
        heap.gc.disable();
        const addresses = loadGraph(heap, graphOf(nodes, dropRoot));
        const nodeAt = new Map([...addresses].map((address, node) => [address, node]));
        const found = nodes.map((_, node) => describeNode(heap, addresses[node]!, nodeAt));
        expect(found).toEqual(expectedOf(nodes, dropRoot));
        heap.verify();
      }),
      { numRuns: build === "checked" ? 40 : 200 },
    );
  });

  test("atoms are floats of the size they had, the drop root is a list, few references make a struct, many a list", () => {
    const heap = newObjectHeap(build);
    const many = Array.from({ length: 17 }, () => 1);
    const nodes = [...ONE_OF_EACH, { to: many, outside: 1 }, { to: many.slice(1), outside: 1 }];
    const addresses = loadGraph(heap, graphOf(nodes));
    const typeOf = (node: number): number => heap.typeOf(addresses[node]!);
    expect([typeOf(0), typeOf(12)]).toEqual([TYPE_LIST, TYPE_LIST]);
    expect([typeOf(3), typeOf(7), typeOf(10)]).toEqual([TYPE_FLOAT, TYPE_FLOAT, TYPE_FLOAT]);
    heap.frame(() => {
      expect((heap.handle(addresses[3]!) as unknown as { value: number }).value).toBe(28);
      expect(heap.handle(addresses[13]!).typeName).toBe("Node16");
      expect(heap.handle(addresses[11]!).typeName).toBe("Node0");
    });
  });

  test("what does not fit is refused", () => {
    const heap = newObjectHeap(build, { maximumBytes: 2 ** 17 });
    const nodes = Array.from({ length: 20_000 }, () => ({ to: [], isTracked: true, outside: 1 }));
    expect(() => loadGraph(heap, graphOf(nodes))).toThrow(MemoryError);
  });
});
