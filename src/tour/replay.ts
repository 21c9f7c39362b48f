// src/tour/replay.ts: draws the tour's last chapter: a recorded program on every allocator, its time and its memory.
// Not here: replaying (src/lab, src/cli/replay.ts).

import type { Row } from "../lab/measure.js";
import { bars } from "./drawings.js";
import { bytes } from "./format.js";
import type { Stage } from "./stage.js";

/** What a reader may not know of the allocators that come with the package. */
const LABELS: Readonly<Record<string, string>> = {
  tlsf: "tlsf, AssemblyScript's own",
  bump: "bump, never frees",
  null: "null, an empty call",
};

/** Bars of one trace's rows, and what they come to. @param floors - allocators that are no rivals. */
export function drawReplay(
  stage: Stage,
  rows: readonly Row[],
  reference: string,
  floors: ReadonlySet<string>,
): void {
  const own = rows.find(({ allocator }) => allocator === reference);
  if (own === undefined) return;
  const label = ({ allocator }: Row): string => LABELS[allocator] ?? allocator;
  const { colors } = stage;
  stage.say(
    `${own.trace}: ${own.events.toLocaleString("en-US")} events, ${bytes(own.peakLiveBytes)} in use at most.`,
  );
  stage.draw((width) => [
    colors.dim("nanoseconds an event, the replay's own cost included: that of an empty call"),
    ...bars(
      rows.map((row) => ({
        label: label(row),
        value: row.nsPerEvent.median,
        text: `${row.nsPerEvent.median.toFixed(1)} ns`,
      })),
      width,
      colors,
    ),
    "",
    colors.dim("memory taken from the engine"),
    ...bars(
      rows
        .filter(({ allocator }) => !floors.has(allocator))
        .map((row) => ({ label: label(row), value: row.footprintBytes, text: bytes(row.footprintBytes) })),
      width,
      colors,
    ),
  ]);
  const [best] = rows
    .filter(({ allocator }) => allocator !== reference && !floors.has(allocator))
    .toSorted((a, b) => a.nsPerEvent.median - b.nsPerEvent.median);
  if (best === undefined) return;
  const ratio = (best.nsPerEvent.median / own.nsPerEvent.median).toFixed(2);
  stage.say(
    `${best.allocator} takes ${ratio} times as long as ${reference}. Every figure, and allocators and traces of your own: pymalloc replay --help.`,
  );
}
