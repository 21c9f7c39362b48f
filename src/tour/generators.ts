// src/tour/generators.ts: chapter: a list holds all its values at once, a generator one.

import type { Heap } from "../heap.js";
import type { Chapter } from "./chapter.js";
import { bars, bytes } from "./drawings.js";

const COUNT = 1_000_000;

export const generators: Chapter = {
  name: "generators",
  title: "Generators over lists",
  play(stage, heap) {
    stage.say(
      "The sum of a million ints, twice: once over a list of them, once over a generator, whose values are objects on the heap as well, but one at a time.",
    );
    heap.list().dispose(); // what every heap with objects has
    const start = usedBytes(heap);
    let most = start;
    function* count(limit: number): Generator<number> {
      for (let i = 0; i < limit; i += 1) {
        if (i % 100_000 === 0) most = Math.max(most, usedBytes(heap));
        yield i;
      }
      most = Math.max(most, usedBytes(heap));
    }
    heap.frame(() => {
      const list = stage.step("numbers = list(range(1_000_000))", () => heap.list(count(1_000_000)));
      stage.step("sum(numbers)", () => {
        let sum = 0;
        for (const number of list) sum += number as number;
        return sum;
      });
    });
    const listBytes = Math.max(most, start) - start;
    most = start;
    stage.step("sum(i for i in range(1_000_000))", () =>
      heap.frame(() =>
        heap.stream(count(1_000_000)).reduce((sum, number) => sum + (number.toJS() as number), 0),
      ),
    );
    const streamBytes = most - start;
    stage.draw(
      bars(
        [
          { label: "list", value: listBytes, text: bytes(listBytes) },
          { label: "generator", value: streamBytes, text: bytes(streamBytes) },
        ],
        stage.width,
        stage.colors,
      ),
    );
    stage.say(
      `At its peak the list and its ${COUNT.toLocaleString("en-US")} ints held ${bytes(listBytes)}, the generator ${bytes(streamBytes)}. Now ${bytes(usedBytes(heap) - start)} more are in use than before the first line.`,
    );
  },
};

/** Bytes in blocks that are handed out. */
function usedBytes(heap: Heap): number {
  const { usedBlocks, largeBlocks } = heap.stats().bytes;
  return usedBlocks + largeBlocks;
}
