// Two ways to add up many numbers, for the profiler: npx pymalloc profile examples/big-list.mjs

import { createHeap } from "pymalloc";
import { profile } from "pymalloc/profile";

const heap = await createHeap();
const COUNT = 20_000;

function* numbers() {
  for (let i = 0; i < COUNT; i += 1) yield i * 1.5;
}

profile(function asList() {
  const list = heap.list();
  for (const number of numbers()) list.append(number);
  let sum = 0;
  for (const number of list) sum += number;
  heap.del(list);
  return sum;
})();

profile(function asStream() {
  let sum = 0;
  for (const number of heap.stream(numbers())) sum += number;
  return sum;
})();
