// src/tour/sizes.ts: chapter: what objects weigh.

import type { Chapter } from "./chapter.js";
import { type Bar, bareBars, bars } from "./drawings.js";
import { bytes } from "./format.js";

export const sizes: Chapter = {
  name: "sizes",
  title: "What an object weighs",
  play(stage, heap) {
    stage.say(
      "getsizeof tells the bytes of the object itself: its block, and the parts that it keeps outside of it. What it refers to is not its own.",
    );
    const Pair = stage.bind("class Pair: …", "Pair", () => heap.struct("Pair", { a: "ref", b: "ref" }));
    const Point = stage.bind("class Point: …", "Point", () =>
      heap.struct("Point", { x: "f64", y: "f64", z: "f64" }),
    );
    stage.end();
    const rows: Bar[] = [];
    const weigh = (label: string, run: () => number): void => {
      const value = stage.step(label, run);
      rows.push({ label, value, text: bytes(value) });
    };
    stage.frame(heap, "# sys.getsizeof of", () => {
      weigh("7", () => heap.sys.getsizeof(7));
      weigh("2**100", () => heap.sys.getsizeof(2n ** 100n));
      weigh("1.5", () => heap.sys.getsizeof(1.5));
      weigh("'tea'", () => heap.sys.getsizeof("tea"));
      weigh("'€' * 20", () => heap.sys.getsizeof("€".repeat(20)));
      weigh("'😀' * 20", () => heap.sys.getsizeof("😀".repeat(20)));
      weigh("(1, 2, 3)", () => heap.sys.getsizeof(heap.tuple([1, 2, 3])));
      weigh("[1, 2, 3]", () => heap.sys.getsizeof(heap.list([1, 2, 3])));
      weigh("{'a': 1}", () => heap.sys.getsizeof(heap.dict({ a: 1 })));
      weigh("{1, 2, 3}", () => heap.sys.getsizeof(heap.set([1, 2, 3])));
      weigh("Pair()", () => heap.sys.getsizeof(new Pair()));
      weigh("Point()", () => heap.sys.getsizeof(new Point()));
    });
    const values = rows.map((row) => row.value);
    stage.draw((width, isBeside) =>
      // beside: the frame's first line, then a step a line
      isBeside ? ["", ...bareBars(values, width, stage.colors)] : bars(rows, width, stage.colors),
    );

    stage.say(
      "A list makes room ahead of need, so that appending is cheap on average: its size moves in steps.",
    );
    const seen = stage.bind("seen = {}", "seen", (): Record<number, number> => ({}));
    const items = stage.bind("items = []", "items", () => heap.list());
    stage.step("for n in range(65): …", () => {
      for (let n = 0; n <= 64; n += 1) {
        const size = heap.sys.getsizeof(items);
        seen[size] ??= n;
        items.append(n);
      }
    });
    const steps = Object.entries(seen).map(([size, n]) => ({
      label: n === 0 ? "empty" : `from ${n}`,
      value: Number(size),
      text: bytes(Number(size)),
    }));
    stage.draw((width) => bars(steps, width, stage.colors));
  },
};
