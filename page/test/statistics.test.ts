import assert from "node:assert/strict";
import { test } from "node:test";
import { enrichment, holm, random } from "../src/statistics.ts";

const EPISODES = 40;
const STEPS = 12;
/** Category 1 every third step of episodes that begin at different places. */
const rows = Array.from({ length: EPISODES }, (_, episode) => Array.from({ length: STEPS }, (_, step) => ((step * 7 + episode) % 3 === 0 ? 1 : 0)));

test("choices that lie on one category are found to be enriched in it, and in no other", () => {
  const chosen = rows.flatMap((row, episode) => row.flatMap((category, step) => (category === 1 ? [{ episode, step }] : [])));
  const [zero, one] = enrichment(chosen, rows, 2);
  assert.equal(one.count, chosen.length);
  assert.ok(one.p <= 0.01, String(one.p));
  assert.ok(one.expected < 0.5 * one.count);
  assert.equal(zero.count, 0);
  assert.ok(zero.p > 0.5);
});

test("choices made at random are rarely called enriched", () => {
  const draw = random(7);
  let called = 0;
  for (let round = 0; round < 60; round++) {
    const chosen = rows.flatMap((row, episode) => row.flatMap((_, step) => (draw() < 0.1 ? [{ episode, step }] : [])));
    if (enrichment(chosen, rows, 2, 199, round + 1).some((one) => one.p <= 0.05)) called += 1;
  }
  assert.ok(called <= 8, `${called} of 60`);
});

test("whole runs of steps do not count as if they were independent", () => {
  // Categories come in two long blocks; the choice is one block of eight steps in each of three episodes.
  const blocks = Array.from({ length: 3 }, () => Array.from({ length: 16 }, (_, step) => (step < 8 ? 0 : 1)));
  const chosen = blocks.flatMap((_, episode) => Array.from({ length: 8 }, (_, step) => ({ episode, step: step + 8 })));
  const [, one] = enrichment(chosen, blocks, 2);
  // A test of 24 independent steps would give 2 ** -24; three episodes cannot tell more than 16 ** -3.
  assert.ok(one.p >= 1 / 1000);
});

test("the same choice gives the same p", () => {
  const chosen = [{ episode: 0, step: 1 }, { episode: 3, step: 2 }];
  assert.deepEqual(enrichment(chosen, rows, 2), enrichment(chosen, rows, 2));
});

test("Holm's correction of four values is as by hand", () => {
  assert.deepEqual(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
  assert.deepEqual(holm([0.9, 0.9]), [1, 1]);
});
