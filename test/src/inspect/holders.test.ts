// test/src/inspect/holders.test.ts: who keeps an object alive is found, named and drawn.

import { expect, test } from "vitest";
import { DeadObjectError, InvalidArgumentError, ReleasedHandleError } from "../../../src/errors.js";
import { newObjectHeap } from "../../support/checked-core.js";

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { next: "self", value: "ref" });

test("each reference has the name that the source would give it, and what no object holds is outside", () => {
  heap.frame(() => {
    const target = new Node();
    const parent = new Node({ next: target, value: target });
    const list = heap.list([0, parent, target]);
    const dict = heap.dict(
      new Map<unknown, unknown>([
        ["the key", target],
        [7, target],
      ]),
    );
    const tuple = heap.tuple([dict]);
    const { nodes, edges } = heap.holders(target);
    const nameOf = (holder: { address: number }): string[] =>
      edges
        .filter((edge) => edge.holder === holder.address && edge.target === target.address)
        .map(({ name }) => name)
        .sort();
    expect(nameOf(parent)).toEqual([".next", ".value"]);
    expect(nameOf(list)).toEqual(["[2]"]);
    expect(nameOf(dict)).toEqual(['["the key"]', "[7]"]);
    expect(nodes[0]).toMatchObject({
      address: target.address,
      type: "Node",
      outside: 1,
      refcount: 6,
      level: 0,
    });
    expect(nodes.find(({ address }) => address === tuple.address)).toMatchObject({ level: 2, outside: 1 });
  });
});

test("the text is a tree, cycles are named once, and what is too much is counted", () => {
  heap.frame(() => {
    const target = heap.list();
    target.append(target);
    for (let index = 0; index < 10; index += 1) heap.tuple([target]);
    const text = String(heap.holders(target, { breadth: 3 }));
    expect(text).toMatch(/^list at 0x[0-9a-f]+, \d+ bytes is held by\n/);
    expect(text).toMatch(/\[0\] of list at .* \(see there\)/);
    expect(text.match(/of tuple at/g)).toHaveLength(2);
    expect(text).toMatch(/8 more/);
    expect(text).toMatch(/outside: 1 reference$/m);
  });
});

test("deep chains end at the depth asked for", () => {
  heap.frame(() => {
    let node = new Node();
    const bottom = node;
    for (let index = 0; index < 10; index += 1) node = new Node({ next: node });
    expect(Math.max(...heap.holders(bottom, { depth: 2 }).nodes.map(({ level }) => level))).toBe(2);
    expect(heap.holders(bottom, { depth: 20 }).nodes).toHaveLength(11);
    expect(heap.holders(bottom, { depth: 2 }).nodes.at(-1)!.hidden).toBe(1);
  });
});

test("pictures are whole, and escape what stands in names", () => {
  heap.frame(() => {
    const target = heap.str("<&'\"> a text");
    heap.dict(new Map([["<b>", target]]));
    const graph = heap.holders(target);
    const svg = graph.toSvg();
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
    expect(svg).not.toMatch(/<b>|<&/);
    expect(svg.match(/<rect /g)).toHaveLength(graph.nodes.length);
    expect(svg.match(/marker-end/g)).toHaveLength(graph.edges.length);
    const dot = graph.toDot();
    expect(dot).toMatch(/^digraph holders \{[\s\S]*\}$/);
    expect(dot).toContain(" -> ");
  });
});

test("an immortal object has no holders from outside; the dead and the released are refused", () => {
  expect(heap.holders(heap.none).nodes[0]).toMatchObject({ refcount: undefined, outside: 0 });
  const list = heap.list();
  const { address } = list;
  list.dispose();
  expect(() => heap.holders(list)).toThrow(ReleasedHandleError);
  expect(() => heap.holders(address)).toThrow(DeadObjectError);
  expect(() => heap.holders(-1)).toThrow(InvalidArgumentError);
});
