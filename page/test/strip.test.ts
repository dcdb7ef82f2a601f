import assert from "node:assert/strict";
import { test } from "node:test";
import { heatmap, memory } from "../src/draw/memory.ts";
import { actions, legendOfActions, table } from "../src/draw/strip.ts";
import type { Draw, Frame } from "../src/draw/frame.ts";
import type { Painter, TextStyle } from "../src/painter.ts";
import { LIGHT } from "../src/palette.ts";
import type { Part } from "../src/payloads.ts";
import { colouring, colourings } from "../src/draw/scatter.ts";
import { smallEpisode, smallRun } from "./small.ts";

const FRAME: Frame = { width: 80 + 5 * 30, gutter: 80, first: 0, count: 5, steps: 5 };

/** What a figure writes and fills. */
function drawn(draw: Draw, lane: Parameters<Draw>[2]): { texts: string[]; fills: (string | null)[] } {
  const [texts, fills]: [string[], (string | null)[]] = [[], []];
  const painter: Painter = {
    rect: (_x, _y, _width, _height, fill) => fills.push(fill),
    line() {},
    circle() {},
    polygon() {},
    arch() {},
    cells() {},
    text: (_x: number, _y: number, text: string, _style?: TextStyle) => texts.push(text),
  };
  draw(painter, FRAME, lane, LIGHT);
  return { texts, fills };
}

const lane = (first: Part["first"], slots = true) => {
  const episode = smallEpisode();
  return { run: smallRun(), title: "", episode: { ...episode, meta: { ...episode.meta, parts: [{ name: "cells", first, slots }] } } };
};

test("actions are drawn by their glyphs, and inked by their weights", () => {
  const { texts, fills } = drawn(actions, lane("top"));
  assert.deepEqual(texts, ["stack 0", "▲", "▲", "·", "▼", "▼"]);
  assert.equal(new Set(fills).size, 3);
  assert.deepEqual([fills[0] === fills[1], fills[3] === fills[4]], [true, true]);
});

test("the legend names the actions of all actors, each once", () => {
  const run = smallRun();
  const twice = { ...run, meta: { ...run.meta, actors: [...run.meta.actors, ...run.meta.actors] } };
  assert.equal(legendOfActions(twice), "▲ PUSH, ▼ POP, · NO_OP");
});

for (const [first, slots, label] of [["top", true, "top"], ["front", true, "front"], ["address", true, "slot 0"], ["address", false, "vector"]] as const) {
  test(`slot 0 is labelled ${label} where the store says ${first}${slots ? "" : ", without slots"}`, () => {
    assert.equal(drawn(memory(0), lane(first, slots)).texts[0], label);
  });
}

test("memory without slots is drawn with a row each number", () => {
  const one = lane("top");
  const meta = { ...one.episode.meta, heatmaps: [{ name: "register", axes: "width" }] };
  const arrays = new Map([...one.episode.arrays, ["heat_0", { shape: [5, 2], values: [0, 1, -2, 3, 0, 0, 0, 0, 0, 0] }]]);
  assert.deepEqual(drawn(heatmap(0), { ...one, episode: { meta, arrays } }).texts, ["0", "1"]);
});

test("the table counts steps from 0, and names what slot 0 is", () => {
  const rows = table(lane("front"));
  assert.deepEqual(rows[0], ["step", "input", "category", "stack 0", "output", "target", "front holds"]);
  assert.deepEqual(rows[1], ["0", "3", "symbol", "PUSH", "0", "", 'what step 0 wrote at "3"']);
});

test("points are coloured by the actions of each actor", () => {
  const run = smallRun();
  assert.ok(colourings(run).includes("action of stack 0"));
  const by = colouring(run, "action of stack 0");
  assert.deepEqual(by.names, ["PUSH", "POP", "NO_OP"]);
  assert.deepEqual([by.of(0, 2), by.of(0, 3), by.of(1, 4)], [2, 1, -1]);
});
