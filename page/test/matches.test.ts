import assert from "node:assert/strict";
import { test } from "node:test";
import { classes, describePattern, findPattern, findRegion, patternOf } from "../src/matches.ts";
import { values } from "../src/payloads.ts";
import { smallEpisode, smallRun } from "./small.ts";

const pattern = (from: number, to: number, offset: number) => patternOf(values(smallEpisode(), "action") ?? [], 1, from, to, offset);

test("a pattern of one action is found at every step with it, and not in padding", () => {
  assert.deepEqual(findPattern(smallRun(), pattern(3, 3, 0)), [{ episode: 0, step: 3 }, { episode: 0, step: 4 }, { episode: 1, step: 2 }]);
});

test("a longer pattern is found where all of it fits, counted at its offset", () => {
  assert.deepEqual(findPattern(smallRun(), pattern(1, 3, 2)), [{ episode: 0, step: 3 }, { episode: 1, step: 2 }]);
  assert.deepEqual(findPattern(smallRun(), pattern(0, 1, 0)), [{ episode: 0, step: 0 }]);
});

test("an offset outside the pattern is brought inside", () => {
  assert.equal(pattern(1, 2, 9).offset, 1);
  assert.equal(pattern(1, 2, -9).offset, 0);
});

test("a pattern is described by the names of the actions", () => {
  assert.equal(describePattern(smallRun(), pattern(1, 3, 0)), "PUSH, NO_OP, POP");
});

test("a region holds the points inside it, its edges included", () => {
  const found = findRegion([0, 0, 1, 1, 2, 2], [0, 0, 1], [4, 5, 6], { left: 1, right: 2, bottom: 0, top: 2 });
  assert.deepEqual(found, [{ episode: 0, step: 5 }, { episode: 1, step: 6 }]);
});

test("classes are categories, or symbols where there are none", () => {
  const run = smallRun();
  assert.deepEqual(classes(run).rows, [[0, 0, 1, 2, 2], [0, 1, 2]]);
  const bare = { ...run, arrays: new Map([...run.arrays].filter(([name]) => name !== "category")) };
  assert.deepEqual(classes(bare).rows, [[3, 1, 4, 5, 5], [1, 4, 5]]);
  assert.deepEqual(classes(bare).names, run.meta.symbols);
});
