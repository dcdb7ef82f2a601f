import assert from "node:assert/strict";
import { test } from "node:test";
import { tokens } from "../src/draw/strip.ts";
import { SvgPainter, escaped } from "../src/painter.ts";
import { LIGHT } from "../src/palette.ts";
import { toCsv } from "../src/save.ts";
import { smallEpisode, smallRun } from "./small.ts";

test("text is escaped, and what XML forbids becomes a box", () => {
  assert.equal(escaped(`<script>"&'\u0001`), "&lt;script&gt;&quot;&amp;&#39;\u25a1");
});

test("a table is CSV that spreadsheets read", () => {
  assert.equal(toCsv([["a", 'say "b"'], ["1,2", "x\ny"]]), 'a,"say ""b"""\n"1,2","x\ny"\n');
});

test("a token that looks like markup is text in the saved figure", () => {
  const run = smallRun();
  const odd = { ...run, meta: { ...run.meta, symbols: run.meta.symbols.map((symbol) => (symbol === "3" ? "<g>" : symbol)) } };
  const painter = new SvgPainter();
  tokens(painter, { width: 400, gutter: 80, first: 0, count: 5, steps: 5 }, { run: odd, episode: smallEpisode(), title: "" }, LIGHT);
  const svg = painter.document(400, 50, LIGHT.paper, "Input");
  assert.ok(svg.includes("&lt;g&gt;"));
  assert.ok(!svg.includes("<g>"));
  assert.equal(svg.match(/font-weight="bold"/g)?.length, 5);
});
