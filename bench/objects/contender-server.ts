// bench/objects/contender-server.ts: in a contender's process: prepares its work, then does a round whenever it is asked.
// Arguments: benchmark, contender, and the work's options as JSON. Ends when its parent does.
// Not here: who asks (contender-process.ts), which benchmarks there are.

import { type Benchmark, UnavailableError, type Values, type Work, type WorkOptions } from "./benchmark.js";

/** What the process tells its parent. */
export type Report =
  | { readonly kind: "ready"; readonly program?: string | undefined }
  | { readonly kind: "round"; readonly values: Values }
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** @param benchmarksOf - as the parent has them: with the same options. */
export async function serveContender<Options extends WorkOptions>(
  benchmarksOf: (options: Options) => readonly Benchmark[],
): Promise<void> {
  const [benchmark, contender, json] = process.argv.slice(2) as [string, string, string];
  const options = JSON.parse(json) as Options;
  let work: Work;
  process.once("disconnect", () => process.exit());
  process.on("message", () => told(async () => tell({ kind: "round", values: await work.round() })));
  await told(async () => {
    const { contenders } = benchmarksOf(options).find((it) => it.name === benchmark)!;
    work = await contenders.find((it) => it.name === contender)!.start(options);
    tell({ kind: "ready", program: work.program });
  });
}

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
