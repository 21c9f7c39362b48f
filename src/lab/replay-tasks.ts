// src/lab/replay-tasks.ts: a trace made ready for allocators: one script for all of the same abilities.

import { type Abilities, type Allocator, abilitiesOf } from "./allocator.js";
import type { ReplayTask } from "./replay.js";
import { compileScript } from "./script.js";
import type { Trace } from "./trace.js";
import { opsOf, warmUpScript } from "./warm-up.js";

/** The tasks of one trace. */
export class ReplayTasks {
  private readonly tasks = new Map<string, ReplayTask>();
  private readonly ops: ReadonlySet<number>;

  constructor(
    private readonly trace: Trace,
    private readonly options: Pick<ReplayTask, "signal" | "limitMs">,
  ) {
    this.ops = opsOf(trace.words);
  }

  /** What an allocator of these abilities replays. */
  for(allocator: Allocator): ReplayTask {
    const abilities: Abilities = abilitiesOf(allocator);
    const key = JSON.stringify(abilities);
    let task = this.tasks.get(key);
    if (task === undefined) {
      const { name, words, maxSlots } = this.trace;
      task = {
        trace: name,
        maxSlots,
        script: compileScript(words, maxSlots, abilities),
        warmUpScript: warmUpScript(this.ops, abilities),
        ...this.options,
      };
      this.tasks.set(key, task);
    }
    return task;
  }
}
