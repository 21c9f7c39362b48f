// src/tour/refcount.ts: chapter: references are counted, and the last one's end is the object's.

import type { Heap } from "../heap.js";
import type { Namespace } from "../objects/namespace.js";
import type { Chapter } from "./chapter.js";
import { references } from "./drawings.js";
import { hex, plural } from "./format.js";
import type { Stage } from "./stage.js";

export const refcount: Chapter = {
  name: "refcount",
  title: "Every object counts the references to it",
  play(stage, heap) {
    const { print } = stage;
    stage.say(
      "A variable is a name for an object, and the object knows how many references there are to it. getrefcount says one more: it counts its own argument, in Python as here.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    stage.end();
    stage.step("a = []", () => (ns.a = heap.list()));
    stage.step("sys.getrefcount(a)", () => heap.sys.getrefcount(ns.a));
    drawVariables(stage, heap, ns);
    stage.step("b = a", () => (ns.b = ns.a));
    stage.step("sys.getrefcount(a)", () => heap.sys.getrefcount(ns.a));
    drawVariables(stage, heap, ns);
    stage.step("del b", () => {
      delete ns.b;
    });
    stage.step("sys.getrefcount(a)", () => heap.sys.getrefcount(ns.a));
    drawVariables(stage, heap, ns);

    stage.say(
      "When the last reference goes, the object goes: now, not when a collector finds the time. Its block is free for the next object.",
    );
    const at = hex(ns.a.address);
    const before = stage.bind("n = sys.getallocatedblocks()", "before", () => heap.sys.getallocatedblocks());
    stage.step("del a", () => {
      delete ns.a;
    });
    stage.step("n - sys.getallocatedblocks()", () => before - heap.sys.getallocatedblocks());
    stage.draw(references([], [`freed ${at}`], stage.colors, true));

    stage.say(
      "A finalizer runs at that very moment, in the middle of the line. What only the dead object referred to dies right after it.",
    );
    const Node = stage.bind("class Node: … def __del__(self): …", "Node", () =>
      heap.struct(
        "Node",
        { next: "self", name: "u32" },
        {
          finalizer(self) {
            print(`bye ${self.name}`);
          },
        },
      ),
    );
    stage.step("one = Node(1)", () => (ns.one = new Node({ name: 1 })));
    stage.step("two = Node(2, next=one)", () => (ns.two = new Node({ name: 2, next: ns.one })));
    stage.step("del one", () => {
      delete ns.one;
    });
    stage.step("del two", () => {
      delete ns.two;
    });

    stage.say("However deep objects are nested, they die in one step, without recursion.");
    stage.step("x = []", () => (ns.x = heap.list()));
    stage.step("for _ in range(1_000_000): x = [x]", () => {
      for (let i = 0; i < 1e6; i += 1) {
        ns.x = heap.frame(() => heap.list([ns.x]));
      }
    });
    const start = performance.now();
    stage.step("del x", () => {
      delete ns.x;
    });
    const milliseconds = Math.round(performance.now() - start);
    stage.say(`A million lists, each in the next: released in ${milliseconds} ms.`);
  },
};

/** The variables that refer to the list, and its count. */
function drawVariables(stage: Stage, heap: Heap, ns: Namespace): void {
  stage.draw(
    references(
      Object.keys(ns).map((name) => ({ name })),
      [`list at ${hex(ns.a.address)}`, plural(heap.refcount(ns.a), "reference"), "[]"],
      stage.colors,
    ),
  );
}
