// Payloads for tests, as mannscope.explorer.payload writes them, and a run of two small episodes.

import type { Tensor } from "../src/payload.ts";
import type { Actor, Episode, EpisodeMeta, Run, RunMeta } from "../src/payloads.ts";

/** Write a safetensors file: eight bytes of length, a header, the numbers. */
export function packed(meta: unknown, tensors: Record<string, [string, number[], ArrayBufferView]>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { meta: JSON.stringify(meta) } };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, [dtype, shape, values]] of Object.entries(tensors)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    parts.push(bytes);
    at += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let place = 8 + text.length;
  for (const part of parts) {
    file.set(part, place);
    place += part.length;
  }
  return file;
}

const tensor = (shape: number[], values: number[]): Tensor => ({ shape, values });

const STACK: Actor = {
  name: "stack 0",
  actions: [
    { name: "PUSH", verb: "pushes", glyph: "▲", weight: 2 },
    { name: "POP", verb: "pops", glyph: "▼", weight: 1 },
    { name: "NO_OP", verb: "leaves it as it is", glyph: "·", weight: 0 },
  ],
};

/** Two episodes of reversal, "3 1" and "1": push symbols, pop blanks. */
export function smallRun(): Run {
  const meta = {
    kind: "run", run: "small", label: "small", task: "reversal", memory: "stack", symbols: ["0", "1", "2", "3", "#", "_"],
    outputs: ["0", "1", "2", "3"], categories: ["symbol", "delimiter", "blank"],
    actors: [STACK], variables: [], live: false, example: "", kept: null, sites: [], projected: true, configuration: null, site_names: [], notes: [], verification: null, accuracy: null, program: null,
    episodes: [
      { text: "3 1", steps: 5, size: 2, shape: null, group: "held out", exact: true },
      { text: "1", steps: 3, size: 1, shape: null, group: "held out", exact: false },
    ],
  };
  return {
    meta: meta as unknown as RunMeta,
    arrays: new Map([
      ["input", tensor([2, 5], [3, 1, 4, 5, 5, 1, 4, 5, -1, -1])],
      ["category", tensor([2, 5], [0, 0, 1, 2, 2, 0, 1, 2, -1, -1])],
      ["action", tensor([2, 5, 1], [0, 0, 2, 1, 1, 0, 2, 1, -1, -1])],
    ]),
  };
}

/** The first of them in full: the stack has two slots. */
export function smallEpisode(): Episode {
  const meta = { kind: "episode", run: "small", episode: 0, text: "3 1", steps: 5, exact: true, edits: [], policy: [], parts: [{ name: "stack 0", first: "top", slots: true }], heads: [], heatmaps: [], notes: [] };
  return {
    meta: meta as unknown as EpisodeMeta,
    arrays: new Map([
      ["input", tensor([5], [3, 1, 4, 5, 5])],
      ["category", tensor([5], [0, 0, 1, 2, 2])],
      ["action", tensor([5, 1], [0, 0, 2, 1, 1])],
      ["target", tensor([5], [-1, -1, -1, 1, 3])],
      ["answer", tensor([5], [0, 0, 0, 1, 1])],
      ["output", tensor([5], [0, 0, 0, 1, 2])],
      ["probability", tensor([5, 4], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0.75, 0.25, 0, 0, 0, 0.5, 0.5])],
      ["norm", tensor([1, 5, 2], [1, 0, 1, 1, 1, 1, 1, 0, 0, 0])],
      ["source", tensor([1, 5, 2], [0, -1, 1, 0, 1, 0, 0, -1, -1, -1])],
      ["share", tensor([1, 5, 2], [1, 0, 1, 1, 1, 1, 1, 0, 0, 0])],
    ]),
  };
}
