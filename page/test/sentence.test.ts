import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence, strongest } from "../src/sentence.ts";
import { smallEpisode, smallRun } from "./packing.ts";

test("a step is told in one sentence", () => {
  assert.equal(
    sentence(smallRun(), smallEpisode(), 3),
    "Step 4 of 5: reads a blank: pops; the top was what step 2 wrote at \"1\"; puts out 1 (0.75), right.",
  );
});

test("a wrong output says what is asked", () => {
  assert.match(sentence(smallRun(), smallEpisode(), 4), /puts out 2 \(0\.50\), wrong: 3 is asked\.$/);
});

test("an output that nobody asks for says so, and an empty stack too", () => {
  assert.equal(
    sentence(smallRun(), smallEpisode(), 0),
    "Step 1 of 5: reads the symbol 3: pushes; the top was empty; would put out 0 (1.00), which nobody asks.",
  );
});

test("without actions, memory or targets the rest is still told", () => {
  const episode = smallEpisode();
  const arrays = new Map([...episode.arrays].filter(([name]) => ["input", "output"].includes(name)));
  const run = smallRun();
  const bare = { ...run, view: { ...run.view, actors: [], categories: [] } };
  assert.equal(sentence(bare, { ...episode, arrays }, 1), "Step 2 of 5: reads 1: would put out 0, which nobody asks.");
});

test("names that are properties of every object are only names", () => {
  const run = smallRun();
  const odd = { ...run, view: { ...run.view, categories: ["constructor", "toString", "__proto__"], actions: ["valueOf", "b", "c"] } };
  assert.match(sentence(odd, smallEpisode(), 0), /reads 3 \(constructor\): does valueOf/);
});

test("the strongest source of a reading is found, if it is strong enough", () => {
  const episode = smallEpisode();
  const arcs = { arc_read: [2, 2, 3], arc_write: [0, 1, 1], arc_strength: [0.3, -0.6, 0.1] };
  const arrays = new Map([...episode.arrays, ...Object.entries(arcs).map(([name, values]) => [name, { shape: [3], values }] as const)]);
  assert.equal(strongest({ ...episode, arrays }, 2), 1);
  assert.equal(strongest({ ...episode, arrays }, 3), -1);
});
