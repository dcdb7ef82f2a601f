// The state of the page as the fragment of an address, so that a finding is a link.

import type { Edit } from "./payloads.ts";

/** Not presented, presented, or presented with a pause before every step in which it is guessed. */
export type Present = "" | "on" | "guess";

export interface Place {
  run: string;
  episode: number;
  step: number;
  /** The typed input, instead of a recorded episode. */
  text?: string;
  edits?: Edit[];
  /** Beside it: another run or episode. */
  beside?: { run: string; episode: number };
  site?: string;
  colour?: string;
  present?: Present;
}

/** Write a place as `run=…&episode=3&step=7`. */
export function toFragment(place: Place): string {
  const parts = new URLSearchParams();
  parts.set("run", place.run);
  if (place.text !== undefined) parts.set("text", place.text);
  else parts.set("episode", String(place.episode));
  parts.set("step", String(place.step));
  if (place.edits?.length) parts.set("edits", JSON.stringify(place.edits));
  if (place.beside) parts.set("beside", `${place.beside.episode}:${place.beside.run}`);
  if (place.site) parts.set("site", place.site);
  if (place.colour) parts.set("colour", place.colour);
  if (place.present) parts.set("present", place.present);
  return parts.toString();
}

/** Read a place; what is missing or invalid is left out. */
export function fromFragment(fragment: string): Partial<Place> {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const place: Partial<Place> = {};
  const run = parts.get("run");
  if (run) place.run = run;
  for (const name of ["episode", "step"] as const) {
    const value = whole(parts.get(name));
    if (value !== undefined) place[name] = value;
  }
  const text = parts.get("text");
  if (text !== null) place.text = text;
  const edits = parseEdits(parts.get("edits"));
  if (edits) place.edits = edits;
  const beside = /^(\d{1,9}):(.+)$/s.exec(parts.get("beside") ?? "");
  if (beside) place.beside = { run: beside[2], episode: Number(beside[1]) };
  for (const name of ["site", "colour"] as const) {
    const value = parts.get(name);
    if (value) place[name] = value;
  }
  const present = parts.get("present");
  if (present === "on" || present === "guess") place.present = present;
  return place;
}

/** Whether two fragments differ in more than what one looks at: then going back undoes what led from one to the other. */
export function isElsewhere(one: string, other: string): boolean {
  const essence = (fragment: string): string => {
    const parts = new URLSearchParams(fragment);
    for (const name of ["step", "site", "colour", "present"]) parts.delete(name);
    return parts.toString();
  };
  return essence(one) !== essence(other);
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const KINDS = ["force", "zero reading", "freeze memory", "exchange"];

function parseEdits(text: string | null): Edit[] | undefined {
  if (!text) return undefined;
  try {
    const found: unknown = JSON.parse(text);
    const sound = Array.isArray(found) && found.length <= 256 && found.every((one) => KINDS.includes(one?.kind));
    return sound ? (found as Edit[]) : undefined;
  } catch {
    return undefined;
  }
}
