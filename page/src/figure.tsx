// A figure: a heading, a canvas as sharp as the screen, and buttons that save it.

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useShared } from "./context.ts";
import type { Painter } from "./painter.ts";
import { CanvasPainter } from "./painter.ts";
import type { Palette } from "./palette.ts";
import type { Format } from "./save.ts";
import { save } from "./save.ts";

export interface FigureProps {
  name: string;
  title: string;
  /** The text for screen readers. */
  label: string;
  note?: ComponentChildren;
  height: number;
  draw(painter: Painter, width: number, palette: Palette): void;
  table(): string[][];
  children?: ComponentChildren;
}

/** Measure an element's width, and how much larger than usual it is shown, now and whenever they change. */
export function useWidth<Of extends HTMLElement>(): [{ current: Of | null }, number, number] {
  const place = useRef<Of>(null);
  const [width, setWidth] = useState(0);
  const [zoom, setZoom] = useState(1);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = (): void => {
      setWidth(Math.floor(element.clientWidth));
      setZoom((element as { currentCSSZoom?: number }).currentCSSZoom ?? 1);
    };
    measure();
    const observer = new ResizeObserver(measure);
    try {
      observer.observe(element, { box: "device-pixel-content-box" }); // which also changes with the zoom
    } catch {
      observer.observe(element);
    }
    return () => observer.disconnect();
  }, []);
  return [place, width, zoom];
}

/** How far from the left of its element something points, in the element's own pixels, also where it is zoomed. */
export function acrossOf(event: PointerEvent): number {
  const element = event.currentTarget as HTMLElement;
  const box = element.getBoundingClientRect();
  return ((event.clientX - box.left) * element.offsetWidth) / (box.width || 1);
}

const FORMATS: [Format, string][] = [
  ["svg", "SVG"],
  ["png", "PNG"],
  ["csv", "Data"],
];

export function Figure(props: FigureProps): JSX.Element {
  const { palette } = useShared();
  const [place, width, zoom] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = palette.value;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || width <= 0) return;
    const sharp = Math.min((window.devicePixelRatio || 1) * zoom, 4);
    element.width = Math.round(width * sharp);
    element.height = Math.round(props.height * sharp);
    context.scale(sharp, sharp);
    props.draw(new CanvasPainter(context), width, colours);
  });
  const saving = (format: Format): Promise<void> =>
    save(
      {
        name: props.name,
        title: props.title,
        width,
        height: props.height,
        draw: (painter, its) => props.draw(painter, width, its),
        table: props.table,
      },
      format,
    );
  return (
    <figure class="figure" data-figure={props.name}>
      <figcaption>
        <span class="title">{props.title}</span>
        {props.note && <span class="note">{props.note}</span>}
        <span class="saves">
          {FORMATS.map(([format, name]) => (
            <button type="button" key={format} class="quiet" aria-label={`Save ${props.title} as ${name}`} onClick={() => saving(format)}>
              {name}
            </button>
          ))}
        </span>
      </figcaption>
      <div class="canvas" ref={place}>
        <canvas ref={canvas} role="img" aria-label={props.label} style={`height:${props.height}px`} />
        {props.children}
      </div>
    </figure>
  );
}
