// src/tracemalloc/take-snapshot.ts: from the traces that a tracer keeps to a snapshot's columns.

import { OBJECT_TYPE } from "../../assembly/object-layout.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { Snapshot } from "./snapshot.js";
import { DOMAINS } from "./snapshot-content.js";
import { Traceback } from "./traceback.js";
import type { RawTrace, Tracer } from "./tracer.js";

/** The traces of this moment, by address. */
export function takeSnapshot(objects: ObjectHeap, tracer: Tracer): Snapshot {
  const takenAt = Date.now();
  const { nframe, sampleBytes } = tracer.options!;
  const traces: RawTrace[] = [];
  tracer.forEach((trace) => {
    traces.push(trace);
  });
  traces.sort((a, b) => a.address - b.address);

  const { u16 } = objects.fresh();
  const { length } = traces;
  const columns = {
    addresses: new Uint32Array(length),
    sizes: new Uint32Array(length),
    tracebackIndices: new Uint32Array(length),
    domains: new Uint8Array(length),
    typeIndices: new Uint16Array(length),
  };
  const tracebackIndices = new Map<number, number>();
  const typeIndices = new Map<number, number>();
  traces.forEach(({ address, size, traceback, domain, isObject }, index) => {
    columns.addresses[index] = address;
    columns.sizes[index] = size;
    columns.tracebackIndices[index] = numbered(tracebackIndices, traceback);
    columns.domains[index] = DOMAINS.indexOf(domain);
    if (isObject) columns.typeIndices[index] = 1 + numbered(typeIndices, u16[(address + OBJECT_TYPE) >>> 1]!);
  });
  return new Snapshot({
    columns,
    tracebacks: [...tracebackIndices.keys()].map(
      (id) => new Traceback(tracer.tracebacks.framesOf(id), nframe),
    ),
    types: [...typeIndices.keys()].map((type) => objects.typeName(type)),
    tracebackLimit: nframe,
    sampleBytes,
    takenAt,
  });
}

/** The number of a key: in the order in which they come. */
function numbered(numbers: Map<number, number>, key: number): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}
