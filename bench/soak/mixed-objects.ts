// bench/soak/mixed-objects.ts: a piece of a program with some of everything that a heap can hold, all of which it drops.

import type { Heap } from "../../src/heap.js";
import type { DictHandle } from "../../src/kinds/dict.js";
import { Random } from "../../src/lab/random.js";

const FRAMES = 300;
const PER_FRAME = 40;
const KEYS = 500;
const BYTES_MAX = 20_000;

export class MixedObjects {
  readonly #Owner;
  /** Finalizers that have run, and callbacks of weak references. */
  #ended = 0;
  #called = 0;

  constructor(private readonly heap: Heap) {
    this.#Owner = heap.struct(
      "Owner",
      { next: "self", thing: "ref", weight: "f64" },
      {
        finalizer: () => {
          this.#ended += 1;
        },
      },
    );
  }

  /** @throws {Error} if an object was dropped and its finalizer has not run, or a callback more often than there are any. */
  run(seed: number): void {
    const { heap } = this;
    const random = new Random(seed);
    this.#ended = 0;
    this.#called = 0;
    let expected = 0;
    const dict = heap.dict();
    for (let frame = 0; frame < FRAMES; frame += 1) {
      heap.frame(() => {
        for (let i = 0; i < PER_FRAME; i += 1) expected += this.#make(dict, random);
      });
    }
    dict.dispose();
    heap.gc.collect();
    if (this.#ended !== expected || this.#called > expected) {
      throw new Error(
        `${this.#ended} finalizers, ${this.#called} callbacks for ${expected} objects, seed ${seed}`,
      );
    }
  }

  /** Puts something into the dict, and mostly takes something out with it. @returns finalizers that are to run. */
  #make(dict: DictHandle, random: Random): number {
    const { heap } = this;
    const key = random.below(KEYS);
    switch (random.below(8)) {
      case 0:
        dict.set(`key ${key}`, `a text of its own, ${random.below(1e9)}`);
        return 0;
      case 1:
        dict.set(key, heap.from([1, 2.5, 10n ** BigInt(random.below(60)), { deep: [random.below(9)] }]));
        return 0;
      case 2: {
        const list = heap.list();
        list.append(list);
        for (let i = random.below(200); i > 0; i -= 1) list.append(i * 1000);
        dict.set(key, list);
        return 0;
      }
      case 3: {
        const bytes = heap.bytearray(random.below(BYTES_MAX));
        dict.set(key, heap.tuple([bytes, heap.set([key, "set", 1.5])]));
        return 0;
      }
      case 4: {
        const [one, other] = [new this.#Owner({ weight: key }), new this.#Owner({ thing: dict })];
        one.next = other;
        other.next = one;
        return 2;
      }
      case 5: {
        const owner = new this.#Owner({ weight: key });
        dict.set(`owner ${key}`, owner);
        const ref = heap.weakref.ref(owner, () => {
          this.#called += 1;
        });
        dict.set(`ref ${random.below(2 ** 30)}`, ref); // outlives its referent, mostly
        return 1;
      }
      case 6: {
        const block = heap.malloc(random.below(BYTES_MAX));
        heap.free(heap.realloc(block, random.below(BYTES_MAX)));
        return 0;
      }
      default:
        if (dict.has(key)) dict.delete(key);
        return 0;
    }
  }
}
