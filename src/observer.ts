// src/observer.ts: where new heaps announce themselves to tools, such as the profiler, whichever copy of the library made them.

const OBSERVER = Symbol.for("pymalloc.observer");

/** Told of every heap that is made in this process from now on. */
export interface HeapObserver {
  heapCreated(heap: object): void;
}

const place = globalThis as { [OBSERVER]?: HeapObserver };

/** Tells the observer, if there is one. */
export function announce(heap: object): void {
  place[OBSERVER]?.heapCreated(heap);
}

/** Adds an observer; those before it are told still. */
export function observeHeaps(observer: HeapObserver): void {
  const earlier = place[OBSERVER];
  place[OBSERVER] = {
    heapCreated(heap) {
      earlier?.heapCreated(heap);
      observer.heapCreated(heap);
    },
  };
}
