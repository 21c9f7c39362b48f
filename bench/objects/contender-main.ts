// bench/objects/contender-main.ts: a contender's process: prepares its work, then does a round whenever it is asked.
// Arguments: benchmark, contender, and the work's options as JSON. Ends when its parent does.
// Not here: who asks (contender-process.ts).

import { type Contender, UnavailableError, type Values, type Work, type WorkOptions } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks.js";

/** What the process tells its parent. */
export type Report =
  | { readonly kind: "ready"; readonly program?: string | undefined }
  | { readonly kind: "round"; readonly values: Values }
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

function tell(report: Report): void {
  process.send!(report);
}

async function told(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const kind = error instanceof UnavailableError ? "unavailable" : "failed";
    tell({ kind, reason: (error as Error).message });
  }
}

function contenderNamed(benchmark: string, contender: string): Contender {
  const { contenders } = BENCHMARKS.find((it) => it.name === benchmark)!;
  return contenders.find((it) => it.name === contender)!;
}

const [benchmark, contender, options] = process.argv.slice(2) as [string, string, string];
let work: Work;
process.once("disconnect", () => process.exit());
process.on("message", () => told(async () => tell({ kind: "round", values: await work.round() })));
await told(async () => {
  work = await contenderNamed(benchmark, contender).start(JSON.parse(options) as WorkOptions);
  tell({ kind: "ready", program: work.program });
});
