// bench/objects/contender-main.ts: a process for a contender of these benchmarks.

import { BENCHMARKS } from "./benchmarks.js";
import { serveContender } from "./contender-server.js";

await serveContender(() => BENCHMARKS);
