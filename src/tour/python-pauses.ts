// src/tour/python-pauses.ts: CPython's pauses at the work of the tour's chapter on pauses (pauses.ts), if there is a python3.

import { spawnSync } from "node:child_process";

export interface PythonPauses {
  /** As `CPython 3.13.1`. */
  readonly version: string;
  /** Milliseconds, a collection each. */
  readonly pauses: readonly number[];
}

/** A python3 that takes longer is left out. */
const TIMEOUT_MS = 10_000;

/** The chapter's program, with the thresholds of the heap. */
const PROGRAM = `
import gc, json, platform, time
gc.set_threshold(2000, 10, 10)
times = []
start = 0.0
def note(phase, info):
    global start
    if phase == "start":
        start = time.perf_counter()
    else:
        times.append((time.perf_counter() - start) * 1000)
class Node:
    __slots__ = "me", "other"
    def __init__(self, other):
        self.other = other
        self.me = self
def work():
    nodes = []
    for i in range(300_000):
        nodes.append(Node(nodes[i * 7919 % i] if i else None))
    for i in range(300_000):
        at = i * 7919 % 300_000
        nodes[at] = Node(nodes[(at + 1) % 300_000].other)
    gc.collect()
gc.collect()
gc.callbacks.append(note)
work()
gc.callbacks.clear()
print(json.dumps([platform.python_implementation() + " " + platform.python_version(), times]))
`;

/** What python3 measures; undefined if there is none, or one that can't. */
export function pythonPauses(command = "python3"): PythonPauses | undefined {
  const { status, stdout } = spawnSync(command, ["-I", "-c", PROGRAM], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: TIMEOUT_MS,
  });
  if (status !== 0) return undefined;
  try {
    const [version, pauses] = JSON.parse(stdout) as [string, number[]];
    return pauses.length === 0 ? undefined : { version, pauses };
  } catch {
    return undefined;
  }
}
