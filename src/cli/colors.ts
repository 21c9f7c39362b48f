// src/cli/colors.ts: whether a command prints in colours.

/** Where it is wanted, on a terminal, and NO_COLOR (https://no-color.org) is not set. */
export function hasColors(isWanted: boolean): boolean {
  return isWanted && process.stdout.isTTY === true && process.env.NO_COLOR === undefined; // undefined in a pipe
}
