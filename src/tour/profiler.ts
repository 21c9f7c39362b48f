// src/tour/profiler.ts: shows the tour's chapter on the profiler: the table that it prints of an example.
// Not here: running it (src/cli/tour.ts).

import type { Stage } from "./stage.js";

const HEADING = /^(Function:|Line #|=+$)/;

/** @param output - of the command, for a script whose name is `script`. */
export function drawProfile(stage: Stage, script: string, output: string): void {
  stage.say(
    "memory_profiler's table, of what each line of a function takes: a list of all numbers, and the same numbers one at a time, as a generator yields them.",
  );
  const { colors } = stage;
  const lines = output.trim().split("\n");
  stage.draw((width) => [
    colors.dim(`$ npx pymalloc profile ${script}`),
    ...lines.map((line) => {
      const cut = line.length > width ? `${line.slice(0, width - 1)}…` : line;
      return HEADING.test(line) ? colors.bold(cut) : cut;
    }),
  ]);
}
