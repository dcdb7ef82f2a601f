import assert from "node:assert/strict";
import { test } from "node:test";
import { bestSite, firstView, tellingStep } from "../src/first.ts";
import type { Run, Site } from "../src/payloads.ts";
import { headline } from "../src/sentence.ts";
import { smallEpisode, smallRun } from "./small.ts";

/** The small run with outputs: the first episode right, the second one wrong at its last step. */
function judged(exact: boolean[]): Run {
  const run = smallRun();
  const rows = { output: [0, 0, 0, 1, 3, 0, 0, 0, -1, -1], target: [-1, -1, -1, 1, 3, -1, -1, 1, -1, -1] };
  const tensors = Object.entries(rows).map(([name, values]) => [name, { shape: [2, 5], values }] as const);
  const episodes = run.meta.episodes.map((listed, index) => ({ ...listed, exact: exact[index] }));
  return { meta: { ...run.meta, episodes }, arrays: new Map([...run.arrays, ...tensors]) };
}

test("a network that makes many mistakes is first shown at one", () => {
  assert.deepEqual(firstView(judged([true, false])), { episode: 1, step: 2 });
});

test("a network that is right is first shown in the middle of an episode, where its actions change", () => {
  assert.deepEqual(firstView(judged([true, true])), { episode: 0, step: 2 });
  assert.equal(tellingStep(judged([true, true]), 1), 1);
});

test("without actions, episodes or steps there is still a first view", () => {
  const run = judged([true, true]);
  const bare = { ...run, arrays: new Map([...run.arrays].filter(([name]) => name !== "action")) };
  assert.deepEqual(firstView(bare), { episode: 0, step: 2 });
  assert.deepEqual(firstView({ ...run, meta: { ...run.meta, episodes: [] } }), { episode: 0, step: 0 });
});

test("the projection that keeps most beyond chance is shown first, if its points are spread", () => {
  const site = (name: string, kept: number | null, control: number | null): Site =>
    ({ site: name, neighbours_kept: kept, neighbours_kept_control: control }) as unknown as Site;
  const sites = [site("policy", 0.9, 0.8), site("hidden", 0.5, 0.1), site("reading", null, null)];
  assert.equal(bestSite({ ...judged([true, true]), meta: { ...smallRun().meta, sites } }), "hidden");
  assert.equal(bestSite(smallRun()), "");
  const corners = Array.from({ length: 40 }, (_, at) => at % 2);
  const scattered = Array.from({ length: 40 }, (_, at) => (at * 7) % 37);
  const arrays = new Map([["policy", scattered], ["hidden", corners]].map(([name, points]) => [`points_${name}`, { shape: [20, 2], values: points as number[] }]));
  assert.equal(bestSite({ meta: { ...smallRun().meta, sites }, arrays }), "policy");
});

test("the headline tells what became of the answer", () => {
  const [run, episode] = [smallRun(), smallEpisode()];
  const other = { ...episode, arrays: new Map([...episode.arrays, ["output", { shape: [5], values: [0, 0, 0, 1, 3] }]]) };
  assert.equal(headline(run, episode, other), "The answer changed from 1 2 to 1 3, at 1 of 2 places.");
  assert.equal(headline(run, episode, episode), "The answer is still 1 2.");
});
