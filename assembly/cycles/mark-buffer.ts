// assembly/cycles/mark-buffer.ts: room for objects found reachable whose references have not been looked at: so many, and no more.
// Whoever finds it full leaves the object grey, and walks once more over those that may be.
// Source: Boehm and Weiser, "Garbage collection in an uncooperative environment", 1988, on mark stacks that overflow.

import { KindBlock } from "../kind-block";

export class MarkBuffer {
  static start: usize = 0;
  static end: usize = 0;
  private static top: usize = 0;

  /** Makes room for `count` addresses, and one behind. False when memory can't grow. */
  static open(count: u32): bool {
    const buffer = KindBlock.takeBuffer(((<usize>count) << 2) + 4);
    MarkBuffer.start = buffer;
    MarkBuffer.top = buffer;
    MarkBuffer.end = buffer ? buffer + ((<usize>count) << 2) : 0;
    return buffer != 0;
  }

  static close(): void {
    if (MarkBuffer.start) KindBlock.give(MarkBuffer.start);
    MarkBuffer.start = 0;
    MarkBuffer.top = 0;
    MarkBuffer.end = 0;
  }

  // As a stack

  /** False if it is full. */
  @inline static push(o: usize): bool {
    const top = MarkBuffer.top;
    if (top == MarkBuffer.end) return false;
    store<usize>(top, o);
    MarkBuffer.top = top + 4;
    return true;
  }

  @inline static get isEmpty(): bool {
    return MarkBuffer.top == MarkBuffer.start;
  }

  @inline static pop(): usize {
    const top = MarkBuffer.top - 4;
    MarkBuffer.top = top;
    return load<usize>(top);
  }
}
