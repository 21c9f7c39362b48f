// src/tracemalloc/format-size.ts: sizes as people read them. Source of the form: CPython Lib/tracemalloc.py, _format_size.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
/** From here on the next unit is taken: four digits are read well. */
const NUMBER_MAX = 10 * 1024;
/** Below this there is room for a decimal. */
const DECIMAL_MAX = 100;

/** "512 B", "10.5 KiB", "120 MiB". @param isSigned - with a plus, where it is one. */
export function formatSize(bytes: number, isSigned = false): string {
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= NUMBER_MAX && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const number = unit > 0 && Math.abs(size) < DECIMAL_MAX ? toTenths(size) : toInteger(size);
  return `${isSigned && size >= 0 ? "+" : ""}${number} ${UNITS[unit]}`;
}

// What is just between two numbers goes to the even one, as Python has it.

/** Of all that lies just between two tenths, toFixed gets the quarters wrong. */
function toTenths(value: number): string {
  const isQuarter = Math.abs(value % 1) === 0.25;
  return (isQuarter ? Math.trunc(value * 10) / 10 : value).toFixed(1);
}

function toInteger(value: number): string {
  const isHalf = Math.abs(value % 1) === 0.5;
  return (isHalf ? 2 * Math.round(value / 2) : Math.round(value)).toFixed(0);
}
