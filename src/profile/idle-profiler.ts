// src/profile/idle-profiler.ts: a profiler that measures nothing: for workers and child processes of a profiled program.

import type { Probes, Profiler } from "./description.js";

const PROBES: Probes = {
  line() {},
  stay() {},
  suspend: (value) => value,
  resume: (value) => value,
  delegate: (value) => value,
  leave() {},
};

export const IDLE_PROFILER: Profiler = {
  file: () => ({ enter: () => PROBES, inner: () => PROBES, marked: (value) => value }),
  profile: (call) => call,
  watch: () => () => {},
};
