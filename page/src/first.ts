// What a page shows first: the episode, the step and the projection that tell most about a run.

import { boundsOf } from "./draw/scatter.ts";
import type { Run, Site } from "./payloads.ts";
import { values } from "./payloads.ts";

/** Share of wrong episodes from which on a mistake tells more than a right answer. */
const MANY = 0.1;
/** Steps that are seen at a glance. */
const GLANCE = 48;

export interface View {
  episode: number;
  step: number;
}

/** The first mistake of a network that makes many; of others the middle of an episode, where what is done changes. */
export function firstView(run: Run): View {
  const { episodes } = run.meta;
  const wrongs = episodes.filter(({ exact }) => exact === false).length;
  const isWrong = wrongs >= MANY * episodes.length && wrongs > 0;
  const steps = episodes.map((listed) => listed.steps).sort((one, other) => one - other);
  const usual = Math.min(steps[Math.floor(steps.length / 2)] ?? 0, GLANCE);
  const fits = episodes.map(({ exact, steps }) => (exact === false) === isWrong && steps <= Math.max(usual, GLANCE));
  const long = fits.findIndex((fit, index) => fit && episodes[index].steps >= usual);
  const episode = Math.max(0, long >= 0 ? long : fits.indexOf(true));
  return { episode, step: tellingStep(run, episode) };
}

/** The first wrong answer of an episode, or else the step in its second half at which its actions change. */
export function tellingStep(run: Run, episode: number): number {
  const listed = run.meta.episodes[episode];
  if (!listed) return 0;
  const wide = run.arrays.get("input")?.shape[1] ?? 0;
  const at = (name: string, step: number): number => values(run, name)?.[episode * wide + step] ?? -1;
  const all = Array.from({ length: listed.steps }, (_, step) => step);
  const isMissed = (step: number): boolean => at("target", step) >= 0 && at("output", step) !== at("target", step);
  const missed = listed.exact === false ? all.find((step) => isMissed(step) && at("answer", step) !== 0) : undefined;
  if (missed !== undefined) return missed;
  const middle = Math.floor(listed.steps / 2);
  const actors = run.arrays.get("action")?.shape[2] ?? 0;
  const acts = (step: number): string => {
    const from = (episode * wide + step) * actors;
    return Array.from({ length: actors }, (_, actor) => values(run, "action")?.[from + actor]).join();
  };
  return all.find((step) => step >= Math.max(middle, 1) && acts(step) !== acts(step - 1)) ?? middle;
}

/** Cells to a side of the plane, and how many of them points must lie in for a picture to show something. */
const [CELLS, FEWEST] = [24, 12];

/** Of the projected sites that are spread in the plane, the one that keeps most neighbours beyond what a random plane keeps. */
export function bestSite(run: Run): string {
  const gain = (site: Site): number => (site.neighbours_kept ?? 0) - (site.neighbours_kept_control ?? 0);
  const isSpread = ({ site }: Site): boolean => cellsOf(values(run, `points_${site}`) ?? []) >= FEWEST;
  const { sites } = run.meta;
  const spread = sites.filter(isSpread);
  return [...(spread.length ? spread : sites)].sort((one, other) => gain(other) - gain(one))[0]?.site ?? "";
}

/** Cells of the plane that points lie in. */
function cellsOf(points: ArrayLike<number>): number {
  if (!points.length) return 0;
  const { left, right, bottom, top } = boundsOf(points);
  const wide = Math.max(right - left, top - bottom) || 1;
  const cell = (value: number, from: number): number => Math.min(CELLS - 1, Math.floor((CELLS * (value - from)) / wide));
  const found = new Set<number>();
  for (let at = 0; at < points.length; at += 2) found.add(CELLS * cell(points[at], left) + cell(points[at + 1], bottom));
  return found.size;
}
