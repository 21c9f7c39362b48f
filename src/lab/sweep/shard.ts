// src/lab/sweep/shard.ts: which part of a sweep this process is to measure: as told, or as the scheduler's variables say.
// Sources: Kubernetes "Indexed Job", Slurm "Job Array Support", and the variables of GitLab CI, CircleCI, Buildkite and Azure Pipelines.

import { PymallocError } from "../../errors.js";

/** A shard, from 0, of so many. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 0, count: 1 };

/** The option or the environment names no shard. */
export class ShardError extends PymallocError {
  override readonly name = "ShardError";
}

interface Scheduler {
  readonly name: string;
  readonly index: string;
  /** Number of the first shard. */
  readonly first: number | string;
  /** Absent where the scheduler doesn't tell how many there are. */
  readonly count?: string;
}

const SCHEDULERS: readonly Scheduler[] = [
  { name: "Kubernetes", index: "JOB_COMPLETION_INDEX", first: 0 },
  {
    name: "Slurm",
    index: "SLURM_ARRAY_TASK_ID",
    first: "SLURM_ARRAY_TASK_MIN",
    count: "SLURM_ARRAY_TASK_COUNT",
  },
  { name: "GitLab CI", index: "CI_NODE_INDEX", first: 1, count: "CI_NODE_TOTAL" },
  { name: "CircleCI", index: "CIRCLE_NODE_INDEX", first: 0, count: "CIRCLE_NODE_TOTAL" },
  { name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", first: 0, count: "BUILDKITE_PARALLEL_JOB_COUNT" },
  {
    name: "Azure Pipelines",
    index: "SYSTEM_JOBPOSITIONINPHASE",
    first: 1,
    count: "SYSTEM_TOTALJOBSINPHASE",
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shard to measure.
 *
 * @param option - `i/n`, i from 1 to n; `/n`, i from the scheduler; undefined: both from the scheduler, or the whole.
 * @throws {ShardError} if that names none.
 */
export function findShard(option: string | undefined, environment: Environment): Shard {
  if (option === undefined) return fromScheduler(environment, undefined) ?? WHOLE;
  const match = /^(\d*)\/(\d+)$/.exec(option);
  const count = Number(match?.[2]);
  if (match === null || count < 1) {
    throw new ShardError(`--shard ${option}: give i/n, such as 1/4, or /n where a scheduler tells i`);
  }
  if (match[1] === "") {
    const shard = fromScheduler(environment, count);
    if (shard !== undefined) return shard;
    const names = SCHEDULERS.map(({ index }) => index).join(", ");
    throw new ShardError(
      `--shard ${option}: none of the variables ${names} tells which of the ${count} this is`,
    );
  }
  return inRange(
    Number(match[1]) - 1,
    count,
    `--shard ${option}: shards are 1/${count} to ${count}/${count}`,
  );
}

function fromScheduler(environment: Environment, given: number | undefined): Shard | undefined {
  const read = (name: string): number | undefined => {
    const value = environment[name];
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  for (const { name, index: variable, first, count: countVariable } of SCHEDULERS) {
    const number = read(variable);
    const count = given ?? (countVariable === undefined ? undefined : read(countVariable));
    if (number === undefined || count === undefined) continue;
    const index = number - (typeof first === "string" ? (read(first) ?? 0) : first);
    return inRange(
      index,
      count,
      `${name} says ${variable}=${number}, which is none of ${count} shards; --shard i/${count} decides`,
    );
  }
  return undefined;
}

function inRange(index: number, count: number, reason: string): Shard {
  if (index >= 0 && index < count) return { index, count };
  throw new ShardError(reason);
}
