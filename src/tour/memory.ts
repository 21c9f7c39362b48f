// src/tour/memory.ts: chapter: stack, heap, and the object-specific pools, with their addresses.

import type { Chapter } from "./chapter.js";
import { frameTable, layers } from "./memory-map.js";

export const memory: Chapter = {
  name: "memory",
  title: "Stack, heap, and object-specific pools",
  play(stage, heap) {
    stage.say(
      "A frame, the stack's part of memory, holds references; the objects are on the heap. When the frame ends, its references go, and what nobody else refers to goes with them.",
    );
    stage.frame(heap, "# in a function", (locals) => {
      stage.step("numbers = [1024, 2048]", () => (locals.numbers = heap.list([1024, 2048])));
      stage.step("prices = {'tea': 2.5}", () => (locals.prices = heap.dict({ tea: 2.5 })));
      stage.step("buffer = bytearray(100)", () => (locals.buffer = heap.bytearray(100)));
      stage.step("pair = (1, 'x')", () => (locals.pair = heap.tuple([1, "x"])));
      stage.draw((width) => frameTable(heap, locals, width, stage.colors));
      stage.say(
        "Objects that may refer to others, objects that can't, and the parts that they keep outside of themselves lie in pools of their own kind: a collector walks the first and never sees the rest. The layers are those of CPython's drawing in obmalloc.c:",
      );
      stage.draw(layers(heap, stage.colors));
    });
    stage.step("# handles after the frame", () => heap.liveHandles);
    stage.end();
  },
};
