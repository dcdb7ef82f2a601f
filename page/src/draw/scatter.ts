// A projection: one point a step, coloured and shaped by what is known of the step.

import type { Region } from "../matches.ts";
import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { MARKERS, categoryColour, shade } from "../palette.ts";
import type { Actor, Run, Site } from "../payloads.ts";
import { named, values } from "../payloads.ts";

export interface Cloud {
  site: Site;
  points: ArrayLike<number>;
  episodes: ArrayLike<number>;
  steps: ArrayLike<number>;
}

export interface Scale {
  x(value: number): number;
  y(value: number): number;
  valueX(pixel: number): number;
  valueY(pixel: number): number;
}

const MARGIN = 14;

/** The least box that holds all points. */
export function boundsOf(points: ArrayLike<number>): Region {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    left = Math.min(left, points[at]);
    right = Math.max(right, points[at]);
    bottom = Math.min(bottom, points[at + 1]);
    top = Math.max(top, points[at + 1]);
  }
  return { left, right, bottom, top };
}

/** Fit a cloud into a square of pixels, with one scale for both axes. */
export function scaleOf(points: ArrayLike<number>, width: number, height: number): Scale {
  const { left, right, bottom, top } = boundsOf(points);
  const factor = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (top - bottom || 1));
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return {
    x: (value) => width / 2 + (value - middleX) * factor,
    y: (value) => height / 2 - (value - middleY) * factor,
    valueX: (pixel) => middleX + (pixel - width / 2) / factor,
    valueY: (pixel) => middleY - (pixel - height / 2) / factor,
  };
}

/** How high a picture of a cloud should be for its width: no higher than the cloud, within reason. */
export function heightOf(points: ArrayLike<number>): number {
  const { left, right, bottom, top } = boundsOf(points);
  return Math.min(Math.max((top - bottom) / (right - left || 1), 0.3), 0.9);
}

/** Which point stands for a step of an episode, or -1. */
export function placeOf(cloud: Cloud, episode: number, step: number): number {
  for (let point = 0; point < cloud.episodes.length; point++) {
    if (cloud.episodes[point] === episode && cloud.steps[point] === step) return point;
  }
  return -1;
}

export interface Colouring {
  names: readonly string[];
  /** Whether the groups are numbers, so that their colours run from light to dark. */
  ordered: boolean;
  /** Index into names of a step, -1 where it has none. */
  of(episode: number, step: number): number;
}

/** The colouring by the actions of an actor. */
const actionsOf = (actor: Actor): string => `action of ${actor.name}`;

/** What points can be coloured by: what the run knows of its steps. */
export function colourings(run: Run): string[] {
  const known = ["category", "symbol", ...run.meta.actors.map(actionsOf), "correctness", ...run.meta.variables];
  return known.filter((name) => name !== "category" || run.arrays.has("category")).filter((name) => name !== "correctness" || run.arrays.has("target"));
}

export function colouring(run: Run, by: string): Colouring {
  const width = run.arrays.get("input")?.shape[1] ?? 0;
  const cell = (name: string) => {
    const found = values(run, name);
    return (episode: number, step: number): number => found?.[episode * width + step] ?? -1;
  };
  if (by === "symbol") return { names: run.meta.symbols, ordered: false, of: cell("input") };
  const actor = run.meta.actors.map(actionsOf).indexOf(by);
  if (actor >= 0) {
    const [count, done] = [run.meta.actors.length, values(run, "action")];
    const names = run.meta.actors[actor].actions.map((action) => action.name);
    return { names, ordered: false, of: (episode, step) => done?.[(episode * width + step) * count + actor] ?? -1 };
  }
  if (by === "correctness") {
    const [output, target] = [cell("output"), cell("target")];
    return {
      names: ["right", "wrong"],
      ordered: false,
      of: (episode, step) => (target(episode, step) < 0 ? -1 : output(episode, step) === target(episode, step) ? 0 : 1),
    };
  }
  if (run.meta.variables.includes(by)) {
    const found = cell(`variable_${by}`);
    const numbers = Array.from({ length: 12 }, (_, value) => (value === 11 ? "11 or more" : String(value)));
    return { names: numbers, ordered: true, of: (episode, step) => Math.min(found(episode, step), 11) };
  }
  return { names: run.meta.categories, ordered: false, of: cell("category") };
}

/** The colour of a group: its own, or for numbers a shade. */
export function groupColour(palette: Palette, by: Colouring, group: number): string {
  if (!by.ordered || group < 0) return categoryColour(palette, group);
  const rgba = new Uint8ClampedArray(4);
  shade(palette.amounts, 0.25 + (0.75 * group) / (by.names.length - 1), rgba, 0);
  return `rgb(${rgba[0]} ${rgba[1]} ${rgba[2]})`;
}

/** Draw one marker; its shape distinguishes groups where colours do not. */
export function marker(painter: Painter, x: number, y: number, size: number, index: number, colour: string): void {
  const edge = { colour: "#00000055", width: 0.5 };
  switch (index < 0 ? "cross" : MARKERS[(index + Math.floor(index / MARKERS.length)) % MARKERS.length]) {
    case "square":
      painter.rect(x - size, y - size, 2 * size, 2 * size, colour, edge);
      break;
    case "triangle":
      painter.polygon([[x, y - 1.3 * size], [x - 1.2 * size, y + size], [x + 1.2 * size, y + size]], colour, edge);
      break;
    case "flipped":
      painter.polygon([[x, y + 1.3 * size], [x - 1.2 * size, y - size], [x + 1.2 * size, y - size]], colour, edge);
      break;
    case "diamond":
      painter.polygon([[x, y - 1.4 * size], [x + 1.4 * size, y], [x, y + 1.4 * size], [x - 1.4 * size, y]], colour, edge);
      break;
    case "plus":
      painter.line([[x - size, y], [x + size, y]], { colour, width: 2 });
      painter.line([[x, y - size], [x, y + size]], { colour, width: 2 });
      break;
    case "cross":
      painter.line([[x - size, y - size], [x + size, y + size]], { colour, width: 1.4 });
      painter.line([[x - size, y + size], [x + size, y - size]], { colour, width: 1.4 });
      break;
    default:
      painter.circle(x, y, size, colour, edge);
  }
}

export function scatter(
  painter: Painter,
  width: number,
  height: number,
  cloud: Cloud,
  by: Colouring,
  current: number,
  palette: Palette,
): void {
  const scale = scaleOf(cloud.points, width, height);
  const size = cloud.episodes.length > 2500 ? 2.2 : 3.2;
  painter.rect(0.5, 0.5, width - 1, height - 1, palette.paper, { colour: palette.rule });
  const path: [number, number][] = [];
  for (let point = 0; point < cloud.episodes.length; point++) {
    const [x, y] = [scale.x(cloud.points[2 * point]), scale.y(cloud.points[2 * point + 1])];
    const group = by.of(cloud.episodes[point], cloud.steps[point]);
    marker(painter, x, y, size, group, groupColour(palette, by, group));
    if (cloud.episodes[point] === current) path.push([x, y]);
  }
  if (path.length > 1) painter.line(path, { colour: `${palette.ink}99`, width: 1 });
}

/** Points as a table. */
export function pointTable(run: Run, cloud: Cloud): string[][] {
  const input = values(run, "input");
  const width = run.arrays.get("input")?.shape[1] ?? 0;
  const rows = [["episode", "step", "input", "x", "y"]];
  for (let point = 0; point < cloud.episodes.length; point++) {
    const [episode, step] = [cloud.episodes[point], cloud.steps[point]];
    const symbol = named(run.meta.symbols, input?.[episode * width + step] ?? -1);
    rows.push([String(episode), String(step), symbol, String(cloud.points[2 * point]), String(cloud.points[2 * point + 1])]);
  }
  return rows;
}
