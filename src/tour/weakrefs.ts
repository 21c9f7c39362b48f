// src/tour/weakrefs.ts: chapter: references that keep nothing alive.

import type { Chapter } from "./chapter.js";
import { hex, references } from "./drawings.js";

export const weakrefs: Chapter = {
  name: "weakrefs",
  title: "Weak references",
  play(stage, heap) {
    const ns = heap.namespace();
    const log: string[] = [];
    stage.say(
      "A weak reference finds an object without keeping it alive, and can tell when it has died. It is no part of the count.",
    );
    const Image = stage.step("class Image: …", () => heap.struct("Image", { width: "u32", height: "u32" }));
    stage.step("image = Image(640, 480)", () => (ns.image = new Image({ width: 640, height: 480 })));
    stage.step(
      "w = weakref.ref(image, died)",
      () => (ns.w = heap.weakref.ref(ns.image, () => log.push("the image has died"))),
    );
    stage.step("sys.getrefcount(image)", () => heap.sys.getrefcount(ns.image));
    stage.step("w()", () => heap.frame(() => ns.w.deref().width));
    stage.draw(
      references(
        ["image"],
        [`Image at ${hex(ns.image.address)}`, "1 reference", "1 weak reference"],
        stage.colors,
      ),
    );
    stage.step("del image", () => {
      delete ns.image;
      return log.at(-1);
    });
    stage.step("w()", () => ns.w.deref());

    stage.say("A cache that keeps what others use, and forgets the rest by itself:");
    stage.step("cache = WeakValueDictionary()", () => (ns.cache = new heap.weakref.WeakValueDictionary()));
    stage.step("logo = Image(64, 64)", () => (ns.logo = new Image({ width: 64, height: 64 })));
    stage.step("cache['logo'] = logo", () => {
      ns.cache.set("logo", ns.logo);
    });
    stage.step("len(cache)", () => ns.cache.size);
    stage.step("del logo", () => {
      delete ns.logo;
    });
    stage.step("len(cache)", () => ns.cache.size);

    stage.say("finalize runs something when an object dies, or at the latest when the heap is closed.");
    stage.step("f = Image(1, 1)", () => (ns.f = new Image()));
    stage.step("weakref.finalize(f, …)", () => {
      heap.weakref.finalize(ns.f, (text: string) => log.push(text), "finalized at the heap's end");
    });
    stage.step("# the end", () => {
      heap.close();
      return log.at(-1);
    });
  },
};
