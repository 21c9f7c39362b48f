// src/profile/delegate.ts: an iterable whose every step is measured as part of the line that delegates to it; else as it was.

import type { Probes } from "./description.js";

type Steps = Record<"next" | "throw" | "return", unknown>;

/** Stands for an iterable in `yield*` and `for await`, which ask for nothing but an iterator and its three steps. */
export function delegate<T>(value: T, probes: Probes): T {
  if (value === null || value === undefined) return value; // the engine's to complain about
  const iterable = value as { [Symbol.iterator]?: unknown; [Symbol.asyncIterator]?: unknown };
  const stand = {
    get [Symbol.asyncIterator]() {
      return measuredIterator(iterable[Symbol.asyncIterator], value, probes);
    },
    get [Symbol.iterator]() {
      return measuredIterator(iterable[Symbol.iterator], value, probes);
    },
  };
  return stand as T;
}

function measuredIterator(method: unknown, iterable: unknown, probes: Probes): unknown {
  if (typeof method !== "function") return method;
  return () => {
    const iterator = Reflect.apply(method, iterable, []) as unknown;
    const isObject = (typeof iterator === "object" && iterator !== null) || typeof iterator === "function";
    return isObject ? measuredSteps(iterator as Steps, probes) : iterator;
  };
}

function measuredSteps(iterator: Steps, probes: Probes): Steps {
  const step = (method: unknown): unknown => {
    if (typeof method !== "function") return method;
    return (...values: unknown[]) => {
      probes.resume(undefined);
      try {
        return Reflect.apply(method, iterator, values) as unknown;
      } finally {
        probes.suspend(undefined);
      }
    };
  };
  return {
    get next() {
      return step(iterator.next);
    },
    get throw() {
      return step(iterator.throw);
    },
    get return() {
      return step(iterator.return);
    },
  };
}
