// test/support/object-programs.ts: heaps of random objects that refer to each other in every way, some held by handles and some by cycles alone.

import fc from "fast-check";
import type { Heap } from "../../src/heap.js";
import type { Handle } from "../../src/objects/handle.js";

interface Step {
  readonly kind:
    | "struct"
    | "list"
    | "dict"
    | "set"
    | "tuple"
    | "str"
    | "weakref"
    | "refer"
    | "release"
    | "incref";
  readonly a: number;
  readonly b: number;
}

export const programs: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      "struct" as const,
      "list" as const,
      "dict" as const,
      "set" as const,
      "tuple" as const,
      "str" as const,
      "weakref" as const,
      "refer" as const,
      "refer" as const,
      "release" as const,
      "incref" as const,
    ),
    a: fc.nat({ max: 1000 }),
    b: fc.nat({ max: 1000 }),
  }),
  { maxLength: 60 },
);

/** Runs a program on a heap that collects nothing by itself; what it leaves is the test's. */
export function runProgram(heap: Heap, steps: readonly Step[]): void {
  heap.gc.disable();
  const Node = heap.struct("Node", { left: "ref", mark: "u8", right: "ref" });
  const Wide = heap.struct("Wide", { third: "ref" }, { base: Node });
  const handles: Handle[] = [heap.list()];
  for (const { kind, a, b } of steps) {
    const one = handles[a % handles.length]!;
    const other = handles[b % handles.length]!;
    switch (kind) {
      case "struct":
        handles.push(b % 2 === 0 ? new Node({ left: one }) : new Wide({ right: one, third: other, mark: 7 }));
        break;
      case "list":
        handles.push(heap.list([one, other, a]));
        break;
      case "dict":
        handles.push(
          heap.dict(
            new Map<unknown, unknown>([
              ["one", one],
              [a, other],
              [2.5, null],
              [true, "yes"],
            ]),
          ),
        );
        break;
      case "set":
        handles.push(heap.set([a, `member ${b}`]));
        break;
      case "tuple":
        handles.push(heap.tuple([one, one, other]));
        break;
      case "str":
        handles.push(heap.str(`text ${b}`.repeat(a)));
        break;
      case "weakref":
        if (one instanceof Node) handles.push(heap.weakref.ref(one, b % 2 === 0 ? () => {} : null));
        break;
      case "refer":
        if (one instanceof Node) one.left = other;
        break;
      case "release":
        if (handles.length > 1) handles.splice(a % handles.length, 1)[0]!.dispose();
        break;
      case "incref":
        heap.incref(one.address);
        break;
    }
  }
}
