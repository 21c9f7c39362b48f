// src/profile/signals.ts: the signals that end a program which does nothing about them, and us with it.

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
