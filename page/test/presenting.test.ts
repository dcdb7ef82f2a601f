import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { fromFragment, toFragment } from "../src/address.ts";
import type { Host } from "../src/host.ts";
import { player } from "../src/keys.ts";
import type { State } from "../src/state.ts";
import { createState } from "../src/state.ts";
import { question } from "../src/sentence.ts";
import { smallEpisode, smallRun } from "./small.ts";

/** A page on the first small episode, of five steps. */
function shown(): State {
  const host: Host = { kind: "report", live: false, runs: [], request: () => Promise.reject(), moved() {}, close() {} };
  const state = createState(host);
  state.main.value = { run: smallRun(), episode: smallEpisode(), title: "small" };
  state.shown.value = 5;
  return state;
}

test("an audience that guesses sees no step before it has guessed it", () => {
  const state = shown();
  state.moveTo(1);
  state.setPresent("guess");
  assert.equal(state.covered.value, false);
  state.next();
  assert.deepEqual([state.step.value, state.covered.value], [2, true]);
  for (const far of [3, 4, 99]) {
    state.moveTo(far);
    assert.equal(state.step.value, 2);
  }
  state.next();
  assert.deepEqual([state.step.value, state.covered.value, state.until.value], [2, false, 3]);
});

test("steps that were guessed stay to be seen, and without guessing everything is", () => {
  const state = shown();
  state.setPresent("guess");
  state.next();
  state.next();
  state.moveTo(0);
  assert.equal(state.covered.value, false);
  state.setPresent("on");
  state.moveTo(4);
  assert.deepEqual([state.step.value, state.covered.value], [4, false]);
});

test("playing stops before every step that is guessed, and goes at the chosen speed otherwise", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const state = shown();
  const play = player(state, () => {});
  state.speed.value = 4;
  play.toggle();
  mock.timers.tick(499);
  assert.equal(state.step.value, 1);
  play.stop();
  state.setPresent("guess");
  play.toggle();
  mock.timers.tick(10_000);
  assert.deepEqual([state.step.value, state.covered.value, play.playing()], [2, true, false]);
  play.toggle();
  assert.deepEqual([state.covered.value, play.playing()], [false, true]);
  mock.timers.tick(250);
  assert.deepEqual([state.step.value, state.covered.value, play.playing()], [3, true, false]);
  mock.timers.reset();
});

test("a step is asked for without its answer", () => {
  const asked = question(smallRun(), smallEpisode(), 3);
  assert.equal(asked, "Step 3: reads _ (blank). What does it do with its memory, and what does it output?");
});

test("a link can begin a presentation", () => {
  const place = { run: "a", episode: 1, step: 2, present: "guess" as const };
  assert.deepEqual(fromFragment(toFragment(place)), place);
  assert.deepEqual(fromFragment("present=loudly"), {});
});
