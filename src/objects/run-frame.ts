// src/objects/run-frame.ts: a function, run in a frame: the handles that it makes are released when it ends, but for those it returns.
// Not here: what a frame is (frame.ts), how it is ended (frame.ts).

import { InvalidArgumentError } from "../errors.js";
import { Handle } from "./handle.js";
import { type Namespace, namespaceOf, Variables } from "./namespace.js";
import type { ObjectHeap } from "./object-heap.js";
import type { Scope } from "./scope.js";

/**
 * What `call` returns, after its frame has ended: handles, in the order of their making, then its locals. A handle
 * among them that is returned, by itself or in an array, passes to the frame below.
 *
 * @throws {InvalidArgumentError} if that is a promise: what is still to come would find its handles released.
 */
export function runFrame<T>(objects: ObjectHeap, call: (locals: Namespace) => T): T {
  objects.fresh();
  if (typeof call !== "function") throw new InvalidArgumentError("call", call, "a function");
  const frame = objects.frames.push();
  const locals = new Variables(objects, false);
  const kept: Handle[] = [];
  try {
    const result = call(namespaceOf(locals));
    if (isPromise(objects, result)) {
      result.then(undefined, () => {}); // told below
      throw new InvalidArgumentError("call", result, "synchronous: a frame ends when its function returns");
    }
    if (Array.isArray(result)) for (const item of result) keep(objects, frame, locals, item, kept);
    else keep(objects, frame, locals, result, kept);
    return result;
  } finally {
    try {
      objects.frames.end(frame);
    } finally {
      locals.end();
      for (const handle of kept) objects.settle(handle);
    }
  }
}

/** Takes a returned handle out of the frame, or its locals. */
function keep(objects: ObjectHeap, frame: Scope, locals: Variables, value: unknown, kept: Handle[]): void {
  const handle = value instanceof Handle ? value : objects.standIns.get(value as object);
  if (handle === undefined || handle._objects !== objects || handle.isReleased) return;
  if (handle._scope === locals.scope) locals.giveUp(handle);
  else if (handle._scope !== frame) return;
  objects.detach(handle);
  kept.push(handle);
}

function isPromise(objects: ObjectHeap, value: unknown): value is PromiseLike<unknown> {
  // a field, or what a proxy stands for, may be called then
  if (value instanceof Handle || objects.standIns.has(value as object)) return false;
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === "function";
}
