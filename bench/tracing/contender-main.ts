// bench/tracing/contender-main.ts: a process for a contender of these benchmarks.

import { serveContender } from "../objects/contender-server.js";
import { benchmarksOf } from "./benchmarks.js";

await serveContender(benchmarksOf);
