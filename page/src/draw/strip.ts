// What happens over time: tokens, actions, the operations that decide them, arcs from writes to reads, outputs.

import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { categoryColour, onCategory } from "../palette.ts";
import { written } from "../sentence.ts";
import type { Lane } from "../state.ts";
import type { Action, Run } from "../payloads.ts";
import { actionOf, named, slotLabel, targetOf, tensor, values } from "../payloads.ts";
import { facts } from "./facts.ts";
import type { Draw } from "./frame.ts";
import { columnAt, fitted, grid, heat, pitch, rowLabel, visible } from "./frame.ts";

export const TOKENS = 44;

/** Tokens on their categories' colours, with numbers of steps below. */
export const tokens: Draw = (painter, frame, { run, episode }, palette) => {
  const input = values(episode, "input") ?? [];
  const category = values(episode, "category");
  const wide = pitch(frame);
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((number) => number * wide >= 24) ?? 5000;
  rowLabel(painter, frame, 13, "reads", palette);
  rowLabel(painter, frame, 35, "step", palette);
  for (const step of visible(frame)) {
    const [x, of] = [columnAt(frame, step), category?.[step] ?? -1];
    const gap = wide >= 9 ? 1 : 0;
    painter.rect(x + gap / 2, 1, Math.max(wide - gap, 0.6), 24, categoryColour(palette, of));
    const token = named(run.meta.symbols, input[step] ?? -1);
    if (wide >= 9) {
      const size = Math.min(14, Math.max(9, wide * 0.6));
      painter.text(x + wide / 2, 13.5, fitted(token, wide + 4, size), {
        size,
        mono: true,
        weight: "bold",
        align: "center",
        colour: onCategory(palette, of),
      });
    }
    if (step % every === 0) {
      painter.text(x + wide / 2, 36, String(step), { size: 10, align: "center", colour: palette.faint });
    }
  }
};

const ROW = 22;

export const actionsHeight = (lane: Lane): number => Math.max(1, lane.run.meta.actors.length) * ROW + 2;

/** Ink of an action by its weight. */
const INK = [0.06, 0.45, 0.9] as const;

/** Pixels of a letter of an action's name. */
const LETTER = 7;

/** The action of every actor: names where all of its names have room, else glyphs. */
export const actions: Draw = (painter, frame, { run, episode }, palette) => {
  const done = values(episode, "action");
  if (!done) return;
  const wide = pitch(frame);
  run.meta.actors.forEach((actor, row) => {
    rowLabel(painter, frame, row * ROW + 11, actor.name, palette);
    const isNamed = actor.actions.every(({ name }) => name.length * LETTER <= wide - 4);
    for (const step of visible(frame)) {
      const action = actionOf(run, done, step, row);
      if (!action) continue;
      drawAction(painter, columnAt(frame, step), row * ROW, wide, action, palette);
      writeAction(painter, columnAt(frame, step) + wide / 2, row * ROW + 11.5, wide, action, isNamed, palette);
    }
  });
};

function drawAction(painter: Painter, x: number, y: number, wide: number, action: Action, palette: Palette): void {
  const ink = INK[action.weight];
  const fill = palette.dark ? mix(palette.paper, "#d8d8d4", ink) : mix(palette.paper, "#33332f", ink);
  const gap = wide >= 9 ? 1 : 0;
  painter.rect(x + gap / 2, y + 1, Math.max(wide - gap, 0.6), 20, fill);
}

function writeAction(painter: Painter, x: number, y: number, wide: number, action: Action, isNamed: boolean, palette: Palette): void {
  if (wide < 8) return;
  const ink = INK[action.weight];
  const colour = ink > 0.6 === palette.dark ? "#111111" : ink > 0.4 && !palette.dark ? "#ffffff" : palette.ink;
  const size = isNamed ? 10 : Math.min(14, wide + 2);
  painter.text(x, y, isNamed ? action.name : action.glyph, { size, weight: "bold", align: "center", colour });
}

/** The glyphs of all actions, with their names. */
export function legendOfActions(run: Run): string {
  const pairs = run.meta.actors.flatMap((actor) => actor.actions.map(({ glyph, name }) => `${glyph} ${name}`));
  return [...new Set(pairs)].join(", ");
}

function mix(from: string, to: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [one, other] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(one + (other - one) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

export const policyHeight = (lane: Lane): number => Math.min(260, Math.max(24, lane.episode.meta.policy.length * 14));

/** The operations that decide what is done: one row each, from 0 or less (paper) to their largest (ink). */
export const policy: Draw = (painter, frame, { episode }, palette) => {
  const found = tensor(episode, "policy");
  if (!found) return;
  const features = found.shape[1];
  const height = policyHeight({ episode } as Lane);
  const most = facts(episode).policy;
  heat(painter, frame, 0, height, features, (row, step) => found.values[step * features + row] / most[row], palette.amounts);
  grid(painter, frame, 0, height, features, palette.rule);
  episode.meta.policy.forEach((one, row) => {
    rowLabel(painter, frame, ((row + 0.5) * height) / features, one.label.replaceAll("_", " "), palette, 10);
  });
};

export const ARCS = 76;

/** An arch from every step that wrote to every step that reads what it wrote. */
export const arcs: Draw = (painter, frame, { episode }, palette) => {
  const [reading, writing, strength] = ["arc_read", "arc_write", "arc_strength"].map((name) => values(episode, name) ?? []);
  const wide = pitch(frame);
  const from = frame.first;
  const to = Math.min(frame.first + frame.count, frame.steps);
  let longest = 1;
  for (let arc = 0; arc < reading.length; arc++) longest = Math.max(longest, reading[arc] - writing[arc]);
  painter.line([[frame.gutter, ARCS - 2], [frame.gutter + (to - from) * wide, ARCS - 2]], { colour: palette.rule });
  for (let arc = 0; arc < reading.length; arc++) {
    const [write, read] = [writing[arc], reading[arc]];
    if (write < from || write >= to || read < from || read >= to) continue;
    const share = Math.min(1, Math.abs(strength[arc]));
    const colour = fade(palette.ink, 0.15 + 0.85 * share);
    const [start, end] = [columnAt(frame, write) + wide / 2, columnAt(frame, read) + wide / 2];
    if (write === read) painter.circle(end, ARCS - 2, 1 + 1.5 * share, colour);
    else painter.arch(start, end, ARCS - 2, 8 + ((ARCS - 14) * (read - write)) / longest, { colour, width: 0.4 + 1.4 * share });
  }
};

function fade(colour: string, share: number): string {
  return `${colour}${Math.round(255 * Math.min(share, 1)).toString(16).padStart(2, "0")}`;
}

export const outputsHeight = (lane: Lane): number => Math.min(240, Math.max(30, lane.run.meta.outputs.length * 14));

/** The probability of every output; a ring around the target, a cross where the output is another. */
export const outputs: Draw = (painter, frame, { run, episode }, palette) => {
  const found = tensor(episode, "probability");
  if (!found) return;
  const count = found.shape[1];
  const height = Math.min(240, Math.max(30, count * 14));
  const [wide, tall] = [pitch(frame), height / count];
  heat(painter, frame, 0, height, count, (row, step) => found.values[step * count + row], palette.amounts);
  grid(painter, frame, 0, height, count, palette.rule);
  for (let row = 0; row < count; row += Math.max(1, Math.ceil(11 / tall))) {
    rowLabel(painter, frame, (row + 0.5) * tall, named(run.meta.outputs, row), palette, 10);
  }
  const radius = Math.max(1.5, Math.min(tall / 2 - 1, wide / 2 - 1, 6));
  for (const step of visible(frame)) {
    const target = targetOf(episode, step);
    if (target < 0 || wide < 3) continue;
    const output = values(episode, "output")?.[step] ?? -1;
    const x = columnAt(frame, step) + wide / 2;
    const missed = output !== target;
    painter.circle(x, (target + 0.5) * tall, radius, null, { colour: missed ? palette.wrong : palette.accent, width: 1.6 });
    if (!missed) continue;
    const y = (output + 0.5) * tall;
    for (const slope of [-1, 1]) {
      painter.line([[x - radius, y - slope * radius], [x + radius, y + slope * radius]], { colour: palette.wrong, width: 1.8 });
    }
  }
};

/** What happened as a table, for screen readers and programs. */
export function table(lane: Lane): string[][] {
  const { run, episode } = lane;
  const [part] = episode.meta.parts;
  const held = part ? [`${slotLabel(part, 0).replace(/^0$/, "slot 0")} holds`] : [];
  const rows = [["step", "input", "category", ...run.meta.actors.map((actor) => actor.name), "output", "target", ...held]];
  const source = tensor(episode, "source");
  const slots = source?.shape[2] ?? 0;
  for (let step = 0; step < episode.meta.steps; step++) {
    const done = run.meta.actors.map((_, actor) => actionOf(run, values(episode, "action") ?? [], step, actor)?.name ?? "");
    const writer = source ? source.values[step * slots] : -1;
    rows.push([
      String(step),
      named(run.meta.symbols, values(episode, "input")?.[step] ?? -1),
      named(run.meta.categories, values(episode, "category")?.[step] ?? -1),
      ...done,
      named(run.meta.outputs, values(episode, "output")?.[step] ?? -1),
      named(run.meta.outputs, targetOf(episode, step)),
      ...held.map(() => (writer < 0 ? "" : written(run, episode, writer))),
    ]);
  }
  return rows;
}
