// src/export/heap-profile.ts: an allocation profile as a .heapprofile, V8's sampling heap profile: for the Memory panel of Chrome DevTools.
// Source: Chrome DevTools Protocol, HeapProfiler.SamplingHeapProfile; V8 src/inspector/v8-heap-profiler-agent-impl.cc, what a sample's size is.

import type { AllocationProfile } from "../tracemalloc/allocation-profile.js";
import type { Frame } from "../tracemalloc/frame.js";
import { FrameTable } from "./frame-table.js";

/** A place in a source. */
export interface HeapProfileCallFrame {
  readonly functionName: string;
  /** One a file; "0": none. */
  readonly scriptId: string;
  readonly url: string;
  /** From 0; -1: unknown. */
  readonly lineNumber: number;
  /** From 0; -1: unknown. */
  readonly columnNumber: number;
}

/** A call, and what was allocated in it. */
export interface HeapProfileNode {
  readonly callFrame: HeapProfileCallFrame;
  /** Bytes, the children's apart. */
  readonly selfSize: number;
  readonly id: number;
  readonly children: readonly HeapProfileNode[];
}

export interface HeapProfileSample {
  /** Bytes of all blocks that the sample stands for. */
  readonly size: number;
  readonly nodeId: number;
  readonly ordinal: number;
}

/** What a .heapprofile file has in it, as JSON. */
export interface HeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly HeapProfileSample[];
}

/** While the tree is built. */
interface GrowingNode extends HeapProfileNode {
  selfSize: number;
  readonly children: GrowingNode[];
}

/**
 * The profile as V8's sampling heap profile (Chrome DevTools Protocol 1.3): JSON.stringify it into a file named .heapprofile. The format has
 * bytes alone: counts and domains are left out. A stack that is not known is the function "(unknown)". Calls are nested as deep as the stacks are:
 * from some 2000 on, JSON.stringify needs more stack than engines give it at first.
 *
 * @throws {InvalidArgumentError} if `profile` is none.
 */
export function toHeapProfile(profile: AllocationProfile): HeapProfile {
  const table = new FrameTable();
  const scriptIds = new Map<string, string>();
  const head = newNode(1, {
    functionName: "(root)",
    scriptId: "0",
    url: "",
    lineNumber: -1,
    columnNumber: -1,
  });
  /** Per node's id - 1, its children by number of their frame. */
  const childrenOf: Map<number, GrowingNode>[] = [new Map()];
  const samples: HeapProfileSample[] = [];
  for (const { sample, stack } of table.samplesOf(profile)) {
    let node = head;
    for (const number of stack) {
      const children = childrenOf[node.id - 1]!;
      let child = children.get(number);
      if (child === undefined) {
        child = newNode(childrenOf.length + 1, callFrameOf(table.frames[number]!, scriptIds));
        childrenOf.push(new Map());
        children.set(number, child);
        node.children.push(child);
      }
      node = child;
    }
    node.selfSize += sample.bytes;
    samples.push({ size: sample.bytes, nodeId: node.id, ordinal: samples.length + 1 });
  }
  return { head, samples };
}

function newNode(id: number, callFrame: HeapProfileCallFrame): GrowingNode {
  return { callFrame, selfSize: 0, id, children: [] };
}

function callFrameOf(
  { functionName, filename, lineno, column }: Frame,
  scriptIds: Map<string, string>,
): HeapProfileCallFrame {
  let scriptId = filename === "" ? "0" : scriptIds.get(filename);
  if (scriptId === undefined) {
    scriptId = String(scriptIds.size + 1);
    scriptIds.set(filename, scriptId);
  }
  return { functionName, scriptId, url: filename, lineNumber: lineno - 1, columnNumber: column - 1 };
}
