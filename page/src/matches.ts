// All places of a run where the same actions were done in a row, or whose points lie in a region of the projection.

import type { Chosen } from "./statistics.ts";
import type { Run } from "./payloads.ts";
import { actionAt, values } from "./payloads.ts";

export interface Pattern {
  /** For every step of the pattern, the action of every actor. */
  actions: number[][];
  /** Which step of the pattern is counted. */
  offset: number;
}

/** Cut a pattern out of a list of actions, step by actor. */
export function patternOf(actions: ArrayLike<number>, actors: number, from: number, to: number, offset: number): Pattern {
  const rows: number[][] = [];
  for (let step = from; step <= to; step++) {
    rows.push(Array.from({ length: actors }, (_, actor) => actions[step * actors + actor]));
  }
  return { actions: rows, offset: Math.min(Math.max(offset, 0), to - from) };
}

/** Find every (episode, step) at which a pattern's counted step lies. */
export function findPattern(run: Run, pattern: Pattern): Chosen[] {
  const actions = run.arrays.get("action");
  const found: Chosen[] = [];
  if (!actions) return found;
  const [, steps, actors] = actions.shape;
  run.meta.episodes.forEach((listed, episode) => {
    for (let start = 0; start + pattern.actions.length <= listed.steps; start++) {
      const fits = pattern.actions.every((row, ahead) =>
        row.every((action, actor) => actions.values[(episode * steps + start + ahead) * actors + actor] === action),
      );
      if (fits) found.push({ episode, step: start + pattern.offset });
    }
  });
  return found;
}

/** Describe a pattern: `PUSH, PUSH, POP`, or `RIGHT/STAY` where there are several actors. */
export function describePattern(run: Run, pattern: Pattern): string {
  const name = (action: number, actor: number): string => actionAt(run.meta.actors[actor], action)?.name ?? "–";
  return pattern.actions.map((row) => row.map(name).join("/")).join(", ");
}

export interface Region {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Find the steps whose points lie in a region. */
export function findRegion(
  points: ArrayLike<number>,
  episodes: ArrayLike<number>,
  steps: ArrayLike<number>,
  region: Region,
): Chosen[] {
  const found: Chosen[] = [];
  for (let point = 0; point < episodes.length; point++) {
    const [x, y] = [points[2 * point], points[2 * point + 1]];
    if (x >= region.left && x <= region.right && y >= region.bottom && y <= region.top) {
      found.push({ episode: episodes[point], step: steps[point] });
    }
  }
  return found;
}

/** Categories of every episode's steps; symbols where a run has no categories. */
export function classes(run: Run): { names: readonly string[]; rows: number[][] } {
  const known = values(run, "category");
  const of = known ?? values(run, "input");
  const width = run.arrays.get("input")?.shape[1] ?? 0;
  const rows = run.meta.episodes.map((listed, episode) =>
    Array.from({ length: listed.steps }, (_, step) => of?.[episode * width + step] ?? -1),
  );
  return { names: known ? run.meta.categories : run.meta.symbols, rows };
}
