// One way to draw, two places to draw to: a canvas on the page, and SVG for a paper.

export interface TextStyle {
  size?: number;
  colour?: string;
  align?: "left" | "center" | "right";
  weight?: "normal" | "bold";
  mono?: boolean;
  /** Turned upwards by 90 degrees about its place. */
  upright?: boolean;
}

export interface Stroke {
  colour: string;
  width?: number;
  dash?: number[];
}

export interface Painter {
  rect(x: number, y: number, width: number, height: number, fill: string | null, stroke?: Stroke): void;
  line(points: readonly (readonly [number, number])[], stroke: Stroke): void;
  circle(x: number, y: number, radius: number, fill: string | null, stroke?: Stroke): void;
  polygon(points: readonly (readonly [number, number])[], fill: string | null, stroke?: Stroke): void;
  /** The upper half of an ellipse from one x to another, standing on y. */
  arch(from: number, to: number, y: number, height: number, stroke: Stroke): void;
  text(x: number, y: number, words: string, style?: TextStyle): void;
  /** A raster of columns and rows, four bytes a cell, row by row. */
  cells(x: number, y: number, width: number, height: number, columns: number, rows: number, rgba: Uint8ClampedArray): void;
}

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

function raster(columns: number, rows: number, rgba: Uint8ClampedArray): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const pixels = new ImageData(columns, rows);
  pixels.data.set(rgba);
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return canvas;
}

export class CanvasPainter implements Painter {
  private readonly context: CanvasRenderingContext2D;

  constructor(context: CanvasRenderingContext2D) {
    this.context = context;
    context.textBaseline = "middle";
  }

  private finish(fill: string | null, stroke?: Stroke): void {
    const { context } = this;
    if (fill) {
      context.fillStyle = fill;
      context.fill();
    }
    if (!stroke) return;
    context.strokeStyle = stroke.colour;
    context.lineWidth = stroke.width ?? 1;
    context.setLineDash(stroke.dash ?? []);
    context.stroke();
  }

  rect(x: number, y: number, width: number, height: number, fill: string | null, stroke?: Stroke): void {
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.finish(fill, stroke);
  }

  private path(points: readonly (readonly [number, number])[]): void {
    this.context.beginPath();
    points.forEach(([x, y], index) => (index ? this.context.lineTo(x, y) : this.context.moveTo(x, y)));
  }

  line(points: readonly (readonly [number, number])[], stroke: Stroke): void {
    this.path(points);
    this.finish(null, stroke);
  }

  polygon(points: readonly (readonly [number, number])[], fill: string | null, stroke?: Stroke): void {
    this.path(points);
    this.context.closePath();
    this.finish(fill, stroke);
  }

  circle(x: number, y: number, radius: number, fill: string | null, stroke?: Stroke): void {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.finish(fill, stroke);
  }

  arch(from: number, to: number, y: number, height: number, stroke: Stroke): void {
    this.context.beginPath();
    this.context.ellipse((from + to) / 2, y, Math.abs(to - from) / 2, height, 0, Math.PI, 2 * Math.PI);
    this.finish(null, stroke);
  }

  text(x: number, y: number, words: string, style: TextStyle = {}): void {
    const { context } = this;
    context.font = `${style.weight ?? "normal"} ${style.size ?? 12}px ${style.mono ? MONO : SANS}`;
    context.fillStyle = style.colour ?? "#000";
    context.textAlign = style.align ?? "left";
    if (!style.upright) {
      context.fillText(words, x, y);
      return;
    }
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 2);
    context.fillText(words, 0, 0);
    context.restore();
  }

  cells(x: number, y: number, width: number, height: number, columns: number, rows: number, rgba: Uint8ClampedArray): void {
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(raster(columns, rows, rgba), x, y, width, height);
  }
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as XML and HTML know it; characters that XML forbids become a box. */
export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (one) => ESCAPES[one]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\u25a1");
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export class SvgPainter implements Painter {
  private readonly parts: string[] = [];

  private finish(tag: string, attributes: string, fill: string | null, stroke?: Stroke): void {
    const drawn = stroke
      ? ` stroke="${stroke.colour}" stroke-width="${rounded(stroke.width ?? 1)}"${stroke.dash ? ` stroke-dasharray="${stroke.dash.join(" ")}"` : ""}`
      : "";
    this.parts.push(`<${tag} ${attributes} fill="${fill ?? "none"}"${drawn}/>`);
  }

  rect(x: number, y: number, width: number, height: number, fill: string | null, stroke?: Stroke): void {
    const place = `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;
    this.finish("rect", place, fill, stroke);
  }

  private points(points: readonly (readonly [number, number])[]): string {
    return `points="${points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(" ")}"`;
  }

  line(points: readonly (readonly [number, number])[], stroke: Stroke): void {
    this.finish("polyline", this.points(points), null, stroke);
  }

  polygon(points: readonly (readonly [number, number])[], fill: string | null, stroke?: Stroke): void {
    this.finish("polygon", this.points(points), fill, stroke);
  }

  circle(x: number, y: number, radius: number, fill: string | null, stroke?: Stroke): void {
    this.finish("circle", `cx="${rounded(x)}" cy="${rounded(y)}" r="${rounded(radius)}"`, fill, stroke);
  }

  arch(from: number, to: number, y: number, height: number, stroke: Stroke): void {
    const radius = rounded(Math.abs(to - from) / 2);
    const path = `M${rounded(Math.min(from, to))} ${rounded(y)}A${radius} ${rounded(height)} 0 0 1 ${rounded(Math.max(from, to))} ${rounded(y)}`;
    this.finish("path", `d="${path}"`, null, stroke);
  }

  text(x: number, y: number, words: string, style: TextStyle = {}): void {
    const anchor = { left: "start", center: "middle", right: "end" }[style.align ?? "left"];
    const turned = style.upright ? ` transform="rotate(-90 ${rounded(x)} ${rounded(y)})"` : "";
    this.parts.push(
      `<text x="${rounded(x)}" y="${rounded(y)}" dominant-baseline="central" text-anchor="${anchor}" font-size="${style.size ?? 12}"` +
        ` font-weight="${style.weight ?? "normal"}" font-family="${escaped(style.mono ? MONO : SANS)}" fill="${style.colour ?? "#000"}"${turned}>${escaped(words)}</text>`,
    );
  }

  cells(x: number, y: number, width: number, height: number, columns: number, rows: number, rgba: Uint8ClampedArray): void {
    const place = `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;
    const picture = raster(columns, rows, rgba).toDataURL("image/png");
    this.parts.push(`<image ${place} preserveAspectRatio="none" style="image-rendering:pixelated" href="${picture}"/>`);
  }

  /** The whole document. */
  document(width: number, height: number, background: string, title: string): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${rounded(width)}" height="${rounded(height)}" viewBox="0 0 ${rounded(width)} ${rounded(height)}">` +
      `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${background}"/>${this.parts.join("")}</svg>`
    );
  }
}
