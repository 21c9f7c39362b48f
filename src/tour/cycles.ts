// src/tour/cycles.ts: chapter: a cycle, which counting can't free and the collector does.

import type { Heap } from "../heap.js";
import type { Handle } from "../objects/handle.js";
import type { Namespace } from "../objects/namespace.js";
import type { Chapter } from "./chapter.js";
import { ring } from "./drawings.js";
import { hex, plural } from "./format.js";
import type { Stage } from "./stage.js";

export const cycles: Chapter = {
  name: "cycles",
  title: "A cycle, and the collector",
  play(stage, heap) {
    const { print, colors } = stage;
    stage.say(
      "Two objects that refer to each other: whoever holds one of them holds both, and when nobody does, each still holds the other.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Node = stage.bind("class Node: … def __del__(self): …", "Node", () =>
      heap.struct(
        "Node",
        { next: "self", name: "u32" },
        {
          finalizer(self) {
            print(`bye ${self.name}, whose next is ${self.next!.name}`);
          },
        },
      ),
    );
    stage.end();
    stage.step("a = Node(1)", () => {
      ns.a = new Node({ name: 1 });
    });
    stage.step("b = Node(2, next=a)", () => {
      ns.b = new Node({ name: 2, next: ns.a });
    });
    stage.step("a.next = b", () => {
      ns.a.next = ns.b;
    });
    drawPair(stage, heap, ns);
    const pair = [ns.a.address, ns.b.address] as const;
    stage.step("del a, b", () => {
      delete ns.a;
      delete ns.b;
    });
    const [first, second] = pair.map((address) => describe(heap, address));
    stage.draw(ring({ upper: { lines: first! }, lower: { lines: second! }, ...FIELDS }, colors));

    stage.say(
      "No variable leads there, and no count is 0. The collector takes off each count the references that come from objects it looks at; what is left comes from outside. Here nothing is left. Both finalizers run while both objects are whole; then both are freed.",
    );
    stage.step("gc.collect()", () => heap.gc.collect());
    stage.step("gc.get_stats()[2]", () => heap.gc.getStats()[2]);
    const [gone, goneToo] = pair.map((address) => [`freed ${hex(address)}`]);
    stage.draw(
      ring({ upper: { lines: gone! }, lower: { lines: goneToo! }, ...FIELDS, isDead: true }, colors),
    );

    stage.say("To find out what it is that makes cycles, have it kept: gc.garbage gets what would be freed.");
    stage.step("gc.set_debug(gc.DEBUG_SAVEALL)", () => heap.gc.setDebug(heap.gc.DEBUG_SAVEALL));
    stage.step("x = []", () => (ns.x = heap.list()));
    stage.step("x.append(x)", () => ns.x.append(ns.x));
    stage.step("del x", () => {
      delete ns.x;
    });
    stage.step("gc.collect()", () => heap.gc.collect());
    stage.step("[type(it) for it in gc.garbage]", () =>
      heap.frame(() => [...heap.gc.garbage].map((it) => (it as Handle).typeName)),
    );
    stage.step("gc.set_debug(0)", () => heap.gc.setDebug(0));
    stage.step("gc.garbage.clear()", () => heap.frame(() => heap.gc.garbage.clear()));
    stage.step("gc.collect()", () => heap.gc.collect());
    stage.end();
  },
};

const FIELDS = { down: "next", up: "next" };

/** The two variables, and what they refer to. */
function drawPair(stage: Stage, heap: Heap, ns: Namespace): void {
  const [upper, lower] = ["a", "b"].map((name) => {
    return { name, lines: describe(heap, (ns[name] as Handle).address) };
  });
  stage.draw(ring({ upper: upper!, lower: lower!, ...FIELDS }, stage.colors));
}

/** What there is to say of the Node at an address. */
function describe(heap: Heap, address: number): string[] {
  const count = heap.frame(() => heap.refcount(heap.handle(address))) - 1; // less the handle made to ask
  return [`Node at ${hex(address)}`, plural(count, "reference")];
}
