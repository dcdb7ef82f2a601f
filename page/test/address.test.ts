import assert from "node:assert/strict";
import { test } from "node:test";
import type { Place } from "../src/address.ts";
import { fromFragment, isElsewhere, toFragment } from "../src/address.ts";

const PLACES: Place[] = [
  { run: "reversal-stack", episode: 3, step: 7 },
  { run: "runs/a & b=c", episode: 0, step: 0, site: "policy", colour: "depth" },
  { run: "a", episode: 1, step: 2, beside: { run: "b:c", episode: 4 } },
  { run: "a", episode: 1, step: 2, edits: [{ kind: "force", step: 1, actor: 0, action: 2 }, { kind: "zero reading", step: null }] },
];

for (const place of PLACES) {
  test(`a place is read as it was written: ${toFragment(place)}`, () => {
    assert.deepEqual(fromFragment(`#${toFragment(place)}`), place);
  });
}

test("what was typed stands instead of the episode", () => {
  const { episode: _, ...rest } = fromFragment(toFragment({ run: "a", episode: 5, step: 1, text: "((3+4)*2)" }));
  assert.deepEqual(rest, { run: "a", step: 1, text: "((3+4)*2)" });
});

test("a fragment is as the documentation writes it", () => {
  assert.equal(toFragment(PLACES[0]), "run=reversal-stack&episode=3&step=7");
});

test("what makes no sense is left out", () => {
  assert.deepEqual(fromFragment("#run=&episode=-1&step=1e9&beside=x&edits={}"), {});
  assert.deepEqual(fromFragment('#edits=[{"kind":"delete"}]'), {});
  assert.deepEqual(fromFragment("#edits=[null]"), {});
  assert.deepEqual(fromFragment(""), {});
});

test("going back is worth it for what was done, and not for where one looked", () => {
  const [here, there] = [toFragment({ run: "a", episode: 1, step: 2 }), toFragment({ run: "a", episode: 1, step: 9, site: "hidden" })];
  assert.equal(isElsewhere(here, there), false);
  assert.equal(isElsewhere(here, toFragment({ run: "a", episode: 2, step: 2 })), true);
  assert.equal(isElsewhere(here, `${here}&edits=[]`), true);
});
