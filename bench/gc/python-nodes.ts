// bench/gc/python-nodes.ts: nodes of two references as Python's objects.
// Not here: what Python does (python/workloads.py).

import { openNative, openPyodide, type Python } from "../objects/python.js";
import type { Targets } from "./random-graph.js";
import type { Collection, Subject, SubjectKind, YoungPlan, YoungTimes } from "./subject.js";

/** As seen from the bundle, in build/. */
const FOLDER = new URL("../bench/gc/python/", import.meta.url);
const MS_PER_SECOND = 1000;
const OLDEST = 2;

/** A Python of these workloads. */
export const openCPython = (): Promise<Python> => openNative(FOLDER);
export const openPyodideHere = (): Promise<Python> => openPyodide(FOLDER);

export const cpythonNodes: SubjectKind = {
  name: "CPython",
  does: 'a list of objects of a class with __slots__ = ("a", "b"); gc.collect(), all else having been frozen',
  open: async () => new PythonNodes(await openCPython()),
};

export const pyodideNodes: SubjectKind = {
  name: "Pyodide",
  does: "the same, CPython compiled to Wasm",
  open: async () => new PythonNodes(await openPyodideHere()),
};

export const toMs = (seconds: number): number => seconds * MS_PER_SECOND;

class PythonNodes implements Subject {
  readonly program: string;

  constructor(private readonly python: Python) {
    this.program = python.program;
  }

  async load(targets: Targets): Promise<void> {
    await this.python.run("load", bytesOf(targets));
  }

  async build(): Promise<void> {
    await this.python.run("build");
  }

  async drop(): Promise<void> {
    await this.python.run("drop");
  }

  async collect(): Promise<Collection> {
    const [seconds, found] = await this.python.run<[number, number]>("collect", OLDEST);
    return { ms: toMs(seconds), found };
  }

  async collectYoung({ count, draws, refersToOld }: YoungPlan): Promise<YoungTimes> {
    const times = await this.python.run<[number[], number[]]>(
      ...(["young", bytesOf(draws), count, Number(refersToOld)] as const),
    );
    const [held, dropped] = times;
    return { held: held.map(toMs), dropped: dropped.map(toMs) };
  }
}

export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
