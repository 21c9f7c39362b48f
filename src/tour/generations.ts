// src/tour/generations.ts: chapter: objects grow older, and the old ones are looked at rarely.

import type { Heap } from "../heap.js";
import type { Chapter } from "./chapter.js";
import { bars } from "./drawings.js";
import { plural } from "./format.js";
import type { Stage } from "./stage.js";

const LABELS = ["0, youngest", "1, middle", "2, oldest"];

export const generations: Chapter = {
  name: "generations",
  title: "Three generations",
  play(stage, heap) {
    stage.say(
      "Most objects die young. So the collector looks at the new ones often, and at those that have survived rarely. Whoever survives a collection is a generation older.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Pair = stage.bind("class Pair: __slots__ = 'a', 'b'", "Pair", () =>
      heap.struct("Pair", { a: "ref", b: "ref" }),
    );
    const pairs = stage.bind("# a list of n of them", "pairs", () => (n: number) => {
      return heap.frame(() => {
        return heap.list(Array.from({ length: n }, () => new Pair()));
      });
    });
    stage.end();
    stage.step("one = [Pair() for _ in range(900)]", () => (ns.one = pairs(900)));
    drawGenerations(stage, heap);
    stage.step("gc.collect(0)", () => heap.gc.collect(0));
    stage.step("two = [Pair() for _ in range(500)]", () => (ns.two = pairs(500)));
    drawGenerations(stage, heap);
    stage.step("gc.collect(1)", () => heap.gc.collect(1));
    stage.step("ten = [Pair() for _ in range(200)]", () => (ns.ten = pairs(200)));
    drawGenerations(stage, heap);

    stage.say(
      "Collections begin by themselves: of the youngest when that many more containers were made than freed, of an older one after so many of the one before it. The oldest also waits until what has come to it is a quarter of what was there.",
    );
    stage.step("gc.get_threshold()", () => heap.gc.getThreshold());
    const before = heap.gc.getStats();
    stage.step("for _ in range(300_000): …", () => {
      for (let i = 0; i < 300_000; i += 1) {
        heap.frame(() => {
          const pair = new Pair();
          pair.a = pair; // refers to itself: a cycle
        });
      }
    });
    stage.step("gc.get_count()", () => heap.gc.getCount());
    const rows = heap.gc.getStats().map(({ collections, collected }, generation) => {
      const count = collections - before[generation]!.collections;
      const found = collected - before[generation]!.collected;
      const text = `${plural(count, "collection")}, ${plural(found, "object")} freed`;
      return { label: LABELS[generation]!, value: count, text };
    });
    stage.draw((width) => bars(rows, width, stage.colors));
  },
};

/** How many objects each generation has. */
function drawGenerations(stage: Stage, heap: Heap): void {
  const rows = ([0, 1, 2] as const).map((generation) => {
    const value = heap.frame(() => heap.gc.getObjects(generation).length);
    return { label: LABELS[generation]!, value, text: plural(value, "object") };
  });
  stage.draw((width) => bars(rows, width, stage.colors));
}
