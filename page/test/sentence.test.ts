import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor, Episode, Run } from "../src/payloads.ts";
import { sentence, strongest } from "../src/sentence.ts";
import { smallEpisode, smallRun } from "./small.ts";

test("a step is described in one sentence, from the verb of the action and the name of slot 0", () => {
  assert.equal(
    sentence(smallRun(), smallEpisode(), 3),
    'Step 3: reads _ (blank): pops; the top was what step 1 wrote at "1"; outputs 1 (0.75), right.',
  );
});

test("a wrong output gives the target", () => {
  assert.match(sentence(smallRun(), smallEpisode(), 4), /outputs 2 \(0\.50\), wrong: the target is 3\.$/);
});

test("an output without a target says so, and an empty stack too", () => {
  assert.equal(
    sentence(smallRun(), smallEpisode(), 0),
    "Step 0: reads 3 (symbol): pushes; the top was empty; outputs 0 (1.00), where there is no target.",
  );
});

test("without actions, memory or targets the rest is still described", () => {
  const episode = smallEpisode();
  const arrays = new Map([...episode.arrays].filter(([name]) => ["input", "output"].includes(name)));
  const run = smallRun();
  const bare = { ...run, meta: { ...run.meta, actors: [], categories: [] } };
  assert.equal(sentence(bare, { ...episode, arrays }, 1), "Step 1: reads 1: outputs 0, where there is no target.");
});

test("names that are properties of every object are only names", () => {
  const run = smallRun();
  const actors = [{ name: "constructor", actions: [{ name: "valueOf", verb: "does valueOf", glyph: "v", weight: 1 as const }] }];
  const odd = { ...run, meta: { ...run.meta, categories: ["constructor", "toString", "__proto__"], actors } };
  assert.match(sentence(odd, smallEpisode(), 0), /reads 3 \(constructor\): does valueOf/);
});

/** A queue and a head, each with actions of its own. */
function queue(actions: number[]): [Run, Episode] {
  const [run, episode] = [smallRun(), smallEpisode()];
  const actors: Actor[] = [
    { name: "queue", actions: [{ name: "ENQUEUE", verb: "enqueues", glyph: "E", weight: 2 }] },
    { name: "head", actions: [{ name: "STAY", verb: "stays", glyph: "·", weight: 0 }, { name: "LEAP", verb: "leaps", glyph: "↷", weight: 2 }] },
  ];
  const parts = [{ name: "cells", first: "front" as const, slots: true }];
  return [
    { ...run, meta: { ...run.meta, actors } },
    { meta: { ...episode.meta, parts }, arrays: new Map([...episode.arrays, ["action", { shape: [5, 2], values: actions }]]) },
  ];
}

test("each actor is described by its own actions, and slot 0 of a queue is its front", () => {
  const [run, episode] = queue([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  assert.match(sentence(run, episode, 1), /: queue enqueues, head leaps; the front was what step 0 wrote at "3";/);
});

test("an actor without an action at a step is left out, and an action without a name has its number", () => {
  const [run, episode] = queue([-1, 0, 7, -1, 0, 0, 0, 0, 0, 0]);
  assert.match(sentence(run, episode, 0), /\(symbol\): head stays; the front was empty/);
  assert.match(sentence(run, episode, 1), /\(symbol\): queue does 7; the front/);
});

test("the strongest source of a reading is found, if it is strong enough", () => {
  const episode = smallEpisode();
  const arcs = { arc_read: [2, 2, 3], arc_write: [0, 1, 1], arc_strength: [0.3, -0.6, 0.1] };
  const arrays = new Map([...episode.arrays, ...Object.entries(arcs).map(([name, values]) => [name, { shape: [3], values }] as const)]);
  assert.equal(strongest({ ...episode, arrays }, 2), 1);
  assert.equal(strongest({ ...episode, arrays }, 3), -1);
});
