// src/tour/million.ts: chapter: a list of a million objects, dropped: freed by counting, and where they refer back, by the collector.

import type { Chapter } from "./chapter.js";
import { bars } from "./drawings.js";
import { bytes } from "./format.js";

export const million: Chapter = {
  name: "million",
  title: "A million objects, dropped",
  play(stage, heap) {
    stage.say(
      "A list of a million objects is gone with its variable. If each of them also refers back to the list, del frees nothing: the list has a million references left.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Item = stage.bind("class Item: __slots__ = 'owner'", "Item", () =>
      heap.struct("Item", { owner: "ref" }),
    );
    const used = stage.bind("# bytes in use", "used", () => () => {
      const { usedBlocks, largeBlocks } = heap.stats().bytes;
      return usedBlocks + largeBlocks;
    });
    stage.step("[]", () => heap.list().dispose()); // brings what every heap with lists has
    const before = stage.bind("before = used()", "before", () => used());
    stage.end();
    stage.step("items = [Item() for _ in range(1_000_000)]", () => {
      ns.items = heap.list();
      for (let i = 0; i < 1e6; i += 1) {
        heap.frame(() => ns.items.append(new Item()));
      }
    });
    const whole = used() - before;
    stage.step("del items", () => {
      delete ns.items;
    });
    stage.end();
    const freed = used() - before;
    stage.step("items = []", () => (ns.items = heap.list()));
    stage.step("for _ in range(1_000_000): items.append(Item(items))", () => {
      for (let i = 0; i < 1e6; i += 1) {
        heap.frame(() => ns.items.append(new Item({ owner: ns.items })));
      }
    });
    const linked = used() - before;
    stage.step("del items", () => {
      delete ns.items;
    });
    const dropped = used() - before;
    const start = performance.now();
    stage.step("gc.collect()", () => heap.gc.collect());
    const milliseconds = Math.round(performance.now() - start);
    const collected = used() - before;
    stage.end();
    const row = (label: string, value: number): { label: string; value: number; text: string } => {
      return { label, value, text: bytes(value) };
    };
    const rows = [
      row("a million items", whole),
      row("del", freed),
      row("a million that refer back", linked),
      row("del", dropped),
      row("gc.collect()", collected),
    ];
    stage.draw((width) => bars(rows, width, stage.colors));
    stage.say(`The collection took ${milliseconds} ms. What is left in use are its lists of young objects.`);
  },
};
