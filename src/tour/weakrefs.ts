// src/tour/weakrefs.ts: chapter: references that keep nothing alive.

import type { Heap } from "../heap.js";
import type { Handle } from "../objects/handle.js";
import type { Chapter } from "./chapter.js";
import { references } from "./drawings.js";
import { hex, plural } from "./format.js";

export const weakrefs: Chapter = {
  name: "weakrefs",
  title: "Weak references",
  play(stage, heap) {
    const { print, colors } = stage;
    stage.say(
      "A weak reference finds an object without keeping it alive, and can tell when it has died. It is no part of the count.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Image = stage.bind("class Image: …", "Image", () => heap.struct("Image", { width: "u32" }));
    stage.end();
    stage.step("image = Image(640)", () => (ns.image = new Image({ width: 640 })));
    stage.step("w = weakref.ref(image, died)", () => {
      ns.w = heap.weakref.ref(ns.image, () => print("the image has died"));
    });
    stage.step("sys.getrefcount(image)", () => heap.sys.getrefcount(ns.image));
    stage.step("w().width", () => heap.frame(() => ns.w.deref().width));
    const at = hex(ns.image.address);
    const names = [{ name: "image" }, { name: "w", isWeak: true }];
    stage.draw(references(names, describe(heap, ns.image), colors));
    stage.step("del image", () => {
      delete ns.image;
    });
    stage.step("w()", () => ns.w.deref());
    stage.draw(references([{ name: "w", isWeak: true }], [`freed ${at}`], colors, true));

    stage.say("A cache that keeps what others use, and forgets the rest by itself:");
    stage.step("cache = WeakValueDictionary()", () => {
      ns.cache = new heap.weakref.WeakValueDictionary();
    });
    stage.step("logo = Image(64)", () => (ns.logo = new Image({ width: 64 })));
    stage.step("cache['logo'] = logo", () => {
      ns.cache.set("logo", ns.logo);
    });
    stage.step("len(cache)", () => ns.cache.size);
    const entry = [{ name: "logo" }, { name: "cache", isWeak: true }];
    stage.draw(references(entry, describe(heap, ns.logo), colors));
    const logoAt = hex(ns.logo.address);
    stage.step("del logo", () => {
      delete ns.logo;
    });
    stage.step("len(cache)", () => ns.cache.size);
    stage.draw(references([{ name: "cache", isWeak: true }], [`freed ${logoAt}`], colors, true));

    stage.say("finalize calls a function when an object dies, or at the latest when the heap is closed.");
    stage.step("last = Image(1)", () => (ns.last = new Image({ width: 1 })));
    stage.step("weakref.finalize(last, print, 'end')", () => {
      heap.weakref.finalize(ns.last, print, "end");
    });
    stage.step("# Python exits", () => heap.close());
    stage.end();
  },
};

/** What there is to say of an image. */
function describe(heap: Heap, image: Handle): string[] {
  return [
    `${image.typeName} at ${hex(image.address)}`,
    plural(heap.refcount(image), "reference"),
    plural(heap.weakref.getweakrefcount(image), "weak reference"),
  ];
}
