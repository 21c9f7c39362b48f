// src/tour/refcount.ts: chapter: references are counted, and the last one's end is the object's.

import type { Heap } from "../heap.js";
import type { Namespace } from "../objects/namespace.js";
import type { Chapter } from "./chapter.js";
import { hex, references } from "./drawings.js";
import type { Stage } from "./stage.js";

export const refcount: Chapter = {
  name: "refcount",
  title: "Every object counts the references to it",
  play(stage, heap) {
    const ns = heap.namespace();
    stage.say(
      "A variable is a name for an object. The object knows how many references there are to it: getrefcount says one more, as it counts its own argument, in Python as here.",
    );
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
      "When the last reference goes, the object goes: now, not when a collector finds the time. Its memory is free for the next one.",
    );
    const before = heap.sys.getallocatedblocks();
    stage.step("del a", () => {
      delete ns.a;
    });
    stage.step("# blocks given back", () => before - heap.sys.getallocatedblocks());

    stage.say(
      "A finalizer runs at that very moment, in the middle of the line. An object that another one refers to lives as long as that one does, and dies right after it.",
    );
    const log: string[] = [];
    const Node = stage.step("class Node: def __del__…", () =>
      heap.struct(
        "Node",
        { next: "self", name: "u32" },
        { finalizer: (self) => log.push(`bye ${self.name}`) },
      ),
    );
    heap.frame(() => {
      stage.step("n = Node(2, Node(1))", () => (ns.n = new Node({ name: 2, next: new Node({ name: 1 }) })));
    });
    stage.step("del n", () => {
      delete ns.n;
      return log;
    });

    stage.say("However deep objects are nested, they die in one step, without recursion.");
    stage.step("x = []", () => (ns.x = heap.list()));
    stage.step("for _ in range(1_000_000): x = [x]", () => {
      for (let i = 0; i < 1_000_000; i++) ns.x = heap.frame(() => heap.list([ns.x]));
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
  const count = heap.refcount(ns.a);
  stage.draw(
    references(
      Object.keys(ns),
      [`list at ${hex(ns.a.address)}`, `${count} ${count === 1 ? "reference" : "references"}`, "[]"],
      stage.colors,
    ),
  );
}
