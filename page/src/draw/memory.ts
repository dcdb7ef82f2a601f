// What the memory holds over time: slots with their sources and heads, and plain heat maps of everything else.

import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { inkOn } from "../palette.ts";
import { named, slotLabel, tensor, values } from "../payloads.ts";
import type { Episode } from "../payloads.ts";
import type { Lane } from "../state.ts";
import { facts } from "./facts.ts";
import type { Draw, Frame } from "./frame.ts";
import { columnAt, fitted, grid, heat, pitch, rowLabel, visible } from "./frame.ts";

/** Share of a cell at which its source is named. */
const MOSTLY = 0.5;

/** The rows of slots that are drawn. */
interface Slots {
  part: number;
  used: number;
  tall: number;
  share(slot: number, step: number): number;
}

export function memoryHeight(lane: Lane): number {
  return Math.max(lane.episode.meta.parts.some((part) => part.slots) ? 60 : 24, Math.min(380, facts(lane.episode).used * 20));
}

/** What one part of the memory holds after every step, slots down: how long each vector is, and who wrote it. */
export function memory(part: number): Draw {
  return (painter, frame, lane, palette) => {
    const norm = tensor(lane.episode, "norm");
    if (!norm) return;
    const [, steps, slots] = norm.shape;
    const { used, longest } = facts(lane.episode);
    const height = memoryHeight(lane);
    // The longest vector takes three quarters of the ramp, so that letters on it stay easy to read.
    const share = (slot: number, step: number): number =>
      (0.75 * norm.values[(part * steps + step) * slots + slot]) / longest[part];
    const shown: Slots = { part, used, tall: height / used, share };
    heat(painter, frame, 0, height, used, share, palette.amounts);
    grid(painter, frame, 0, height, used, palette.rule);
    for (let slot = 0; slot < used; slot += Math.max(1, Math.ceil(12 / shown.tall))) {
      const label = slotLabel(lane.episode.meta.parts[part], slot);
      rowLabel(painter, frame, (slot + 0.5) * shown.tall, label === "0" ? "slot 0" : label, palette, 10);
    }
    sources(painter, frame, lane, shown, palette);
    heads(painter, frame, lane, shown, palette);
  };
}

/** Write into every cell whose write it mostly is: its token, or its step where all tokens are the same. */
function sources(painter: Painter, frame: Frame, { run, episode }: Lane, { part, used, tall, share }: Slots, palette: Palette): void {
  const source = tensor(episode, "source");
  const shares = tensor(episode, "share");
  const input = values(episode, "input");
  const wide = pitch(frame);
  if (!source || !shares || !input || wide < 11 || tall < 11) return;
  const [, steps, slots] = source.shape;
  const { alike } = facts(episode);
  const size = Math.min(12, tall - 2, wide * (alike ? 0.6 : 0.8));
  for (const step of visible(frame)) {
    for (let slot = 0; slot < used; slot++) {
      const at = (part * steps + step) * slots + slot;
      const writer = source.values[at];
      if (writer < 0 || shares.values[at] < MOSTLY || share(slot, step) < 0.05) continue;
      const token = alike ? String(writer) : fitted(named(run.meta.symbols, input[writer]), wide + 2, size);
      const colour = inkOn(palette.amounts, share(slot, step));
      painter.text(columnAt(frame, step) + wide / 2, (slot + 0.5) * tall, token, { size, mono: true, align: "center", colour });
    }
  }
}

/** Mark where heads are: an open square where a write head is, a disc in the corner for a read head. */
function heads(painter: Painter, frame: Frame, lane: Lane, { used, tall }: Slots, palette: Palette): void {
  const wide = pitch(frame);
  if (wide < 4) return;
  lane.episode.meta.heads.forEach((head, index) => {
    for (const step of visible(frame)) {
      const slot = facts(lane.episode).heads[index]?.[step] ?? -1;
      if (slot < 0 || slot >= used) continue;
      const [x, y] = [columnAt(frame, step), slot * tall];
      if (head.kind === "write") {
        painter.rect(x + 1.5, y + 1.5, wide - 3, tall - 3, null, { colour: palette.accent, width: 2 });
      } else {
        const radius = Math.max(1.5, Math.min(4, wide / 5, tall / 5));
        painter.circle(x + wide - radius - 2, y + radius + 2, radius, palette.accent, { colour: palette.paper, width: 1 });
      }
    }
  });
}

const rowsOf = (episode: Episode, index: number): number => tensor(episode, `heat_${index}`)?.shape[1] ?? 0;

export const heatmapHeight = (episode: Episode, index: number): number => Math.min(260, Math.max(24, rowsOf(episode, index) * 12));

/** Memory without slots: a row each number, blue below zero, red above. */
export function heatmap(index: number): Draw {
  return (painter, frame, { episode }, palette) => {
    const found = tensor(episode, `heat_${index}`);
    if (!found) return;
    const rows = found.shape[1];
    const height = heatmapHeight(episode, index);
    const most = facts(episode).heatmaps[index];
    heat(painter, frame, 0, height, rows, (row, step) => 0.5 + found.values[step * rows + row] / most / 2, palette.signs);
    grid(painter, frame, 0, height, rows, palette.rule);
    const tall = height / rows;
    for (let row = 0; row < rows; row += Math.max(1, Math.ceil(12 / tall))) {
      rowLabel(painter, frame, (row + 0.5) * tall, String(row), palette, 10);
    }
  };
}
