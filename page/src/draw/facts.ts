// What drawing needs to know of a whole episode, found once: largest values, and how much of the memory was used.

import type { Episode } from "../payloads.ts";
import { greatest, tensor } from "../payloads.ts";

export interface Facts {
  /** Largest length of a vector, for every part of the memory. */
  longest: number[];
  /** Largest magnitude of an element, for every part of the memory. */
  largest: number[];
  /** Slots worth showing: as far as anything was written or a head went. */
  used: number;
  /** Slot at which the weight of each head is largest, step by step. */
  heads: number[][];
  /** Largest magnitude of every operation that decides what is done, at least 1. */
  policy: number[];
  /** Largest magnitude of every heat map. */
  heatmaps: number[];
  /** Whether all that is held was written at the same symbol, so that the symbol distinguishes nothing. */
  alike: boolean;
}

const found = new WeakMap<Episode, Facts>();

export function facts(episode: Episode): Facts {
  let known = found.get(episode);
  if (!known) {
    known = find(episode);
    found.set(episode, known);
  }
  return known;
}

function find(episode: Episode): Facts {
  const norm = tensor(episode, "norm");
  const heads = paths(episode);
  const longest = perPart(norm?.values, norm?.shape[0]);
  let used = 1;
  if (norm) {
    const [, , slots] = norm.shape;
    const least = 0.02 * Math.max(...longest);
    for (let at = 0; at < norm.values.length; at++) if (norm.values[at] > least && at % slots >= used) used = (at % slots) + 1;
    for (const path of heads) for (const slot of path) used = Math.max(used, slot + 1);
    used = Math.min(used, slots);
  }
  const contents = tensor(episode, "contents");
  const policy = tensor(episode, "policy");
  const features = policy?.shape[1] ?? 0;
  const most = new Array<number>(features).fill(1);
  for (let at = 0; at < (policy?.values.length ?? 0); at++) {
    most[at % features] = Math.max(most[at % features], Math.abs(policy?.values[at] ?? 0));
  }
  const heatmaps = episode.meta.heatmaps.map((_, index) => perPart(tensor(episode, `heat_${index}`)?.values, 1)[0]);
  return { longest, largest: perPart(contents?.values, contents?.shape[0]), used: norm ? used : 0, heads, policy: most, heatmaps, alike: alike(episode) };
}

function alike(episode: Episode): boolean {
  const [source, share, input] = ["source", "share", "input"].map((name) => tensor(episode, name)?.values);
  const symbols = new Set<number>();
  for (let at = 0; at < (source?.length ?? 0); at++) {
    const writer = source?.[at] ?? -1;
    if (writer >= 0 && (share?.[at] ?? 0) >= 0.5) symbols.add(input?.[writer] ?? -1);
  }
  return symbols.size <= 1;
}

function perPart(values: ArrayLike<number> | undefined, parts = 0): number[] {
  const most = new Array<number>(parts).fill(1e-9);
  if (!values) return most;
  const size = values.length / parts;
  for (let at = 0; at < values.length; at++) {
    const part = Math.floor(at / size);
    most[part] = Math.max(most[part], Math.abs(values[at]));
  }
  return most;
}

function paths(episode: Episode): number[][] {
  const weights = tensor(episode, "weights");
  if (!weights) return [];
  const [count, steps, slots] = weights.shape;
  return Array.from({ length: count }, (_, head) =>
    Array.from({ length: steps }, (_, step) => greatest(weights.values, (head * steps + step) * slots, slots)),
  );
}
