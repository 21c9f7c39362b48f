// assembly/cycles/mark-stack.ts: objects of a list found reachable whose references have not been looked at: a stack of bounded size.
// Whoever finds it full leaves the object grey, and walks once more over those that may be.
// Source: Boehm and Weiser, "Garbage collection in an uncooperative environment", 1988, on mark stacks that overflow.

import { KindBlock } from "../kind-block";

const COUNT: usize = 1 << 10;

export class MarkStack {
  private static start: usize = 0;
  private static end: usize = 0;
  private static top: usize = 0;

  /** Makes room. Without any, nothing can be pushed, and marking takes longer. */
  static open(): void {
    MarkStack.start = KindBlock.takeBuffer(COUNT << 2);
    MarkStack.top = MarkStack.start;
    MarkStack.end = MarkStack.start ? MarkStack.start + (COUNT << 2) : 0;
  }

  static close(): void {
    if (MarkStack.start) KindBlock.give(MarkStack.start);
    MarkStack.start = 0;
    MarkStack.top = 0;
    MarkStack.end = 0;
  }

  /** False if it is full. */
  @inline static push(o: usize): bool {
    const top = MarkStack.top;
    if (top == MarkStack.end) return false;
    store<usize>(top, o);
    MarkStack.top = top + 4;
    return true;
  }

  @inline static get isEmpty(): bool {
    return MarkStack.top == MarkStack.start;
  }

  @inline static pop(): usize {
    const top = MarkStack.top - 4;
    MarkStack.top = top;
    return load<usize>(top);
  }
}
