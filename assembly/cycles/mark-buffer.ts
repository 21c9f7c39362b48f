// assembly/cycles/mark-buffer.ts: objects of the heap found reachable whose references have not been looked at: a queue in so much room and no
// more, which may wait while the program goes on. Not here: looking at them (whole.ts).

import { KindBlock } from "../kind-block";
import { Generation } from "./generation";

export class MarkBuffer {
  static start: usize = 0;
  static end: usize = 0;
  /** The queue, while it waits. */
  static head: usize = 0;
  static tail: usize = 0;

  /** Makes room for `count` addresses, and one behind. False when memory can't grow. */
  static open(count: u32): bool {
    const buffer = KindBlock.takeBuffer(((<usize>count) << 2) + 4);
    MarkBuffer.start = buffer;
    MarkBuffer.end = buffer ? buffer + ((<usize>count) << 2) : 0;
    MarkBuffer.empty();
    return buffer != 0;
  }

  static close(): void {
    if (MarkBuffer.start) KindBlock.give(MarkBuffer.start);
    MarkBuffer.start = 0;
    MarkBuffer.end = 0;
    MarkBuffer.empty();
  }

  @inline static empty(): void {
    MarkBuffer.head = MarkBuffer.start;
    MarkBuffer.tail = MarkBuffer.start;
  }

  @inline static get isEmpty(): bool {
    return MarkBuffer.head == MarkBuffer.tail;
  }

  /** Takes the first entry. */
  static take(): usize {
    const o = load<usize>(MarkBuffer.head);
    MarkBuffer.head += 4;
    if (MarkBuffer.isEmpty) MarkBuffer.empty();
    return o;
  }

  /**
   * Whether there is room for `count` entries more. What there is moves up once half of the room is free: sooner, a queue that stays almost
   * full would be moved for almost every object.
   */
  static reserve(count: usize): bool {
    if (MarkBuffer.tail + (count << 2) <= MarkBuffer.end) return true;
    if (MarkBuffer.head - MarkBuffer.start < (MarkBuffer.end - MarkBuffer.start) >> 1) return false;
    const size = MarkBuffer.tail - MarkBuffer.head;
    memory.copy(MarkBuffer.start, MarkBuffer.head, size);
    MarkBuffer.head = MarkBuffer.start;
    MarkBuffer.tail = MarkBuffer.start + size;
    return MarkBuffer.tail + (count << 2) <= MarkBuffer.end;
  }

  /** Takes out what is no object of this generation any more: the program has gone on. O(entries). */
  static tidy(generation: u32): void {
    let kept = MarkBuffer.start;
    for (let slot = MarkBuffer.head; slot < MarkBuffer.tail; slot += 4) {
      const o = load<usize>(slot);
      if (!Generation.isOf(o, generation)) continue;
      store<usize>(kept, o);
      kept += 4;
    }
    MarkBuffer.head = MarkBuffer.start;
    MarkBuffer.tail = kept;
  }
}
