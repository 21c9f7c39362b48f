// src/tour/generators.ts: chapter: a list holds all its values at once, a generator one.

import type { Chapter } from "./chapter.js";
import { bars } from "./drawings.js";
import { bytes } from "./format.js";

export const generators: Chapter = {
  name: "generators",
  title: "Generators over lists",
  play(stage, heap) {
    stage.say(
      "The sum of a million ints, twice: over a list of them, and over a generator, whose values are objects on the heap as well, but one at a time.",
    );
    const counting = stage.bind(
      "def counting(n): …",
      "counting",
      () =>
        function* (n: number) {
          for (let i = 0; i < n; i += 1) yield i;
        },
    );
    const used = stage.bind("# bytes in use", "used", () => () => {
      const { usedBlocks, largeBlocks } = heap.stats().bytes;
      return usedBlocks + largeBlocks;
    });
    stage.step("[]", () => heap.list().dispose()); // brings what every heap with lists has
    const before = stage.bind("before = used()", "before", () => used());
    stage.end();

    const numbers = stage.bind("numbers = list(counting(1_000_000))", "numbers", () =>
      heap.list(counting(1e6)),
    );
    const listBytes = stage.step("used() - before", () => used() - before);
    stage.step("sum(numbers)", () => [...numbers].reduce<number>((sum, i) => sum + (i as number), 0));
    stage.step("del numbers", () => heap.del(numbers));
    stage.step("used() - before", () => used() - before);
    stage.end();

    const peak = stage.bind("# most bytes at once", "peak", () => ({ bytes: 0 }));
    stage.step("sum(counting(1_000_000))", () =>
      heap.stream(counting(1e6)).reduce((sum, handle) => {
        const i = handle.toJS() as number;
        if (i % 1e5 === 0) peak.bytes = Math.max(peak.bytes, used() - before);
        return sum + i;
      }, 0),
    );
    const streamBytes = stage.step("# at its peak", () => peak.bytes);
    stage.end();
    stage.draw((width) =>
      bars(
        [
          { label: "list", value: listBytes, text: bytes(listBytes) },
          { label: "generator", value: streamBytes, text: bytes(streamBytes) },
        ],
        width,
        stage.colors,
      ),
    );
    stage.say(
      `The list and its ints held ${bytes(listBytes)}, the generator ${bytes(streamBytes)}: an int is released when the next one is taken.`,
    );
  },
};
