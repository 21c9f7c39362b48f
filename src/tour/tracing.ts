// src/tour/tracing.ts: chapter: tracemalloc finds which lines of a program leak, and who holds what they leave.

import type { Chapter } from "./chapter.js";
import { bars } from "./drawings.js";

export const tracing: Chapter = {
  name: "tracemalloc",
  title: "A leak, found by line",
  play(stage, heap) {
    stage.say(
      "tracemalloc remembers for every block which line allocated it. A program is run again and again: what stays is told by line and by type, and somebody holds it.",
    );
    // named by its last line, as a file would be
    const listing = stage.bind("# server.py", "listing", () => () => [
      "(heap) => {",
      "  const Session = heap.struct('Session', { cart: 'ref' });",
      "  const sessions = heap.dict();",
      "  return () => heap.frame(() => {",
      "    const session = new Session({ cart: heap.list() });",
      "    sessions.set('visitor ' + sessions.size, session);",
      "    heap.list([200, 'OK']);",
      "  });",
      "}\n//# sourceURL=server.js",
    ]);
    const serve = stage.bind("from server import serve", "serve", () =>
      globalThis.eval(listing().join("\n"))(heap),
    );
    stage.end();
    const growth = stage.bind("# 100 requests, traced", "growth", () =>
      heap.tracemalloc.leaks(serve, { runs: 100 }),
    );
    stage.step("snapshot.compare_to(before, 'lineno')", () =>
      growth.byLine.map((diff) => `${diff.traceback}`),
    );
    stage.step("objgraph.show_growth()", () => growth.byType.map(({ type }) => type));
    const rows = growth.byLine.map(({ traceback, sizeDiff, countDiff }) => ({
      label: `${traceback}`,
      value: sizeDiff,
      text: `+${sizeDiff.toLocaleString("en-US")} B in ${countDiff} blocks`,
    }));
    stage.draw((width) => bars(rows, width, stage.colors));
    const session = stage.bind(
      "# one that stays",
      "session",
      () => [...growth.survivors("Session")][0]!.address,
    );
    stage.step("objgraph.show_backrefs(session)", () => heap.holders(session).edges[0]!.name.slice(1, -1));
    stage.draw(String(heap.holders(session)).split("\n"));
    stage.say(
      "The response of line 7 goes with its frame. A session stays, as the dict on line 3 has it by its visitor, and nobody takes it out.",
    );
  },
};
