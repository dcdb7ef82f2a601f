// Every figure can be saved: as SVG, as PNG, and as the numbers it shows.

import { CanvasPainter, SvgPainter } from "./painter.ts";
import type { Painter } from "./painter.ts";
import { LIGHT } from "./palette.ts";
import type { Palette } from "./palette.ts";

export interface Drawable {
  name: string;
  title: string;
  width: number;
  height: number;
  draw(painter: Painter, palette: Palette): void;
  table(): string[][];
}

function toSvg(drawable: Drawable): string {
  const painter = new SvgPainter();
  drawable.draw(painter, LIGHT);
  return painter.document(drawable.width, drawable.height, LIGHT.paper, drawable.title);
}

export function toCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

async function toPng(drawable: Drawable): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const scale = 3;
  canvas.width = Math.round(drawable.width * scale);
  canvas.height = Math.round(drawable.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("a PNG needs a canvas");
  context.scale(scale, scale);
  context.fillStyle = LIGHT.paper;
  context.fillRect(0, 0, drawable.width, drawable.height);
  drawable.draw(new CanvasPainter(context), LIGHT);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the PNG is too large"))), "image/png");
  });
}

export type Format = "svg" | "png" | "csv";

/** Save a figure under its name; the light palette is used, as papers are white. */
export async function save(drawable: Drawable, format: Format): Promise<void> {
  const blob =
    format === "png"
      ? await toPng(drawable)
      : format === "svg"
        ? new Blob([toSvg(drawable)], { type: "image/svg+xml" })
        : new Blob([toCsv(drawable.table())], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${drawable.name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
