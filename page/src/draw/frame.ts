// The axis of steps that all figures of the strip share: a gutter for labels, then equal columns.

import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { shade } from "../palette.ts";
import type { Lane } from "../state.ts";

export interface Frame {
  width: number;
  gutter: number;
  /** First step shown, and how many. */
  first: number;
  count: number;
  /** Steps that the episode has; columns beyond them stay empty. */
  steps: number;
}

/** Draws one figure of a lane. */
export type Draw = (painter: Painter, frame: Frame, lane: Lane, palette: Palette) => void;

export function pitch(frame: Frame): number {
  return (frame.width - frame.gutter) / frame.count;
}

export function columnAt(frame: Frame, step: number): number {
  return frame.gutter + (step - frame.first) * pitch(frame);
}

/** Steps from the first one shown to the last one that is there. */
export function visible(frame: Frame): number[] {
  const last = Math.min(frame.first + frame.count, frame.steps);
  return Array.from({ length: Math.max(0, last - frame.first) }, (_, index) => frame.first + index);
}

/**
 * Draw values as cells: a row each, a column each step. Where columns are narrower than a pixel, the largest
 * magnitude of those that share a pixel is shown.
 */
export function heat(
  painter: Painter,
  frame: Frame,
  top: number,
  height: number,
  rows: number,
  share: (row: number, step: number) => number,
  ramp: Palette["amounts"],
): void {
  const last = Math.min(frame.first + frame.count, frame.steps);
  const there = last - frame.first;
  if (there <= 0 || rows <= 0) return;
  const room = there * pitch(frame);
  const columns = Math.max(1, Math.min(there, Math.floor(room * 2)));
  const rgba = new Uint8ClampedArray(columns * rows * 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = frame.first + Math.floor((column * there) / columns);
      const to = Math.max(from + 1, frame.first + Math.floor(((column + 1) * there) / columns));
      let most = share(row, from);
      for (let step = from + 1; step < to; step++) most = Math.max(most, share(row, step));
      shade(ramp, most, rgba, (row * columns + column) * 4);
    }
  }
  painter.cells(frame.gutter, top, room, height, columns, rows, rgba);
}

/** Draw lines between columns and rows where they are wide enough. */
export function grid(painter: Painter, frame: Frame, top: number, height: number, rows: number, colour: string): void {
  const there = visible(frame).length;
  const [wide, tall] = [pitch(frame), height / rows];
  if (wide >= 9) {
    for (let column = 0; column <= there; column++) {
      const x = frame.gutter + column * wide;
      painter.line([[x, top], [x, top + height]], { colour, width: 0.5 });
    }
  }
  if (tall >= 7) {
    for (let row = 0; row <= rows; row++) {
      const y = top + row * tall;
      painter.line([[frame.gutter, y], [frame.gutter + there * wide, y]], { colour, width: 0.5 });
    }
  }
  painter.rect(frame.gutter, top, there * wide, height, null, { colour, width: 0.75 });
}

/** Shorten a text to about as many pixels. */
export function fitted(text: string, pixels: number, size: number): string {
  const letters = Math.floor(pixels / (size * 0.56));
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

/** Write what a row is, right-aligned in the gutter. */
export function rowLabel(painter: Painter, frame: Frame, y: number, text: string, palette: Palette, size = 10.5): void {
  const shortened = fitted(text, frame.gutter - 8, size);
  painter.text(frame.gutter - 6, y, shortened, { size, colour: palette.faint, align: "right" });
}
