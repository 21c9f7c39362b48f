// src/tour/pauses.ts: chapter: how long collections take, beside CPython's.
// Not here: the same program in CPython (python-pauses.ts).

import type { Chapter } from "./chapter.js";
import { histogram } from "./drawings.js";
import { plural } from "./format.js";
import { pythonPauses } from "./python-pauses.js";

/** Milliseconds below which a pause belongs to a class. */
const BOUNDS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, Number.POSITIVE_INFINITY];
const LABELS = BOUNDS.map((bound) => {
  if (bound === Number.POSITIVE_INFINITY) return "longer";
  return bound < 1 ? `< ${Math.round(bound * 1000)} µs` : `< ${bound} ms`;
});

export const pauses: Chapter = {
  name: "pauses",
  title: "How long collections take",
  play(stage, heap) {
    stage.say(
      "While a collection runs, the program waits. Here are 300,000 objects in a list, each of which refers to itself and to another; then every one is replaced. So old objects become garbage all the time, and only the collector finds it.",
    );
    const times = stage.bind("times = []", "times", (): number[] => []);
    stage.step("gc.callbacks.append(note)", () => {
      heap.gc.callbacks.push((phase, { pauseMs }) => {
        if (phase === "stop") times.push(pauseMs);
      });
    });
    const Node = stage.bind("class Node: __slots__ = 'me', 'other'", "Node", () =>
      heap.struct("Node", { me: "self", other: "ref" }),
    );
    const nodes = stage.bind("nodes = []", "nodes", () => heap.list());
    stage.step("for i in range(300_000): …", () => {
      for (let i = 0; i < 300_000; i += 1) {
        heap.frame(() => {
          const other = i > 0 ? nodes.get((i * 7919) % i) : null;
          const node = new Node({ other });
          node.me = node;
          nodes.append(node);
        });
      }
    });
    stage.step("for i in range(300_000): …", () => {
      for (let i = 0; i < 300_000; i += 1) {
        heap.frame(() => {
          const slot = (i * 7919) % 300_000;
          const neighbour = nodes.get((slot + 1) % 300_000) as InstanceType<typeof Node>;
          const node = new Node({ other: neighbour.other });
          node.me = node;
          nodes.set(slot, node);
        });
      }
    });
    stage.step("gc.collect()", () => heap.gc.collect());
    stage.end();

    const python = pythonPauses();
    const measured = [{ where: "here", pauses: times }];
    if (python !== undefined) measured.push({ where: `in ${python.version}`, pauses: [...python.pauses] });
    const series = measured.map(({ where, pauses }) => ({
      head: `collections ${where}`,
      counts: BOUNDS.map((bound, index) => {
        return pauses.filter((pause) => pause < bound && pause >= (BOUNDS[index - 1] ?? 0)).length;
      }),
    }));
    stage.draw((width) => histogram(LABELS, series, width, stage.colors));
    const totals = measured.map(({ where, pauses }) => {
      const total = pauses.reduce((sum, pause) => sum + pause, 0);
      return `${plural(pauses.length, "collection")} ${where}, ${shortly(total)} in all, the longest ${shortly(Math.max(...pauses))}`;
    });
    const note =
      python === undefined
        ? "With a python3 on the path, CPython's at the same work would stand beside them."
        : "The same program and the same thresholds; CPython runs natively.";
    stage.say(`${totals.join("; ")}. ${note}`);
  },
};

/** Milliseconds, as they are read. */
function shortly(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
