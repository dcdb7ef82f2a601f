import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../src/runs.ts";

test("a run is told by its label and its name", () => {
  assert.deepEqual(lines([{ run: "a", label: "a" }, { run: "b", label: "Two" }]), ["a", "Two (b)"]);
});
