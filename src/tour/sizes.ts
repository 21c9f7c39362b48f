// src/tour/sizes.ts: chapter: what objects weigh.

import type { Chapter } from "./chapter.js";
import { type Bar, bars, bytes } from "./drawings.js";

export const sizes: Chapter = {
  name: "sizes",
  title: "What an object weighs",
  play(stage, heap) {
    stage.say(
      "getsizeof tells the bytes of the object itself, its block and the parts it keeps elsewhere, not of what it refers to.",
    );
    const rows: Bar[] = [];
    const weigh = (python: string, run: () => number): void => {
      const value = stage.step("", run);
      rows.push({ label: python, value, text: bytes(value) });
    };
    const Pair = heap.struct("Pair", { a: "ref", b: "ref" });
    const Point = heap.struct("Point", { x: "f64", y: "f64", z: "f64" });
    heap.frame(() => {
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
      weigh("Pair(a, b)", () => heap.sys.getsizeof(new Pair()));
      weigh("Point(x, y, z)", () => heap.sys.getsizeof(new Point()));
    });
    stage.draw(bars(rows, stage.width, stage.colors));
    stage.say(
      "A list makes room ahead of need, so that appending is cheap on average: its size moves in steps.",
    );
    const steps = heap.frame(() => {
      const list = heap.list();
      const seen: string[] = [];
      let last = 0;
      for (let length = 0; length <= 64; length += 1) {
        const size = heap.sys.getsizeof(list);
        if (size !== last) seen.push(`${length}: ${size}`);
        last = size;
        list.append(length);
      }
      return seen.join("   ");
    });
    stage.draw([stage.colors.dim("items: bytes   ") + steps]);
  },
};
