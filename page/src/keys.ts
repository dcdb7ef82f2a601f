// The keyboard: everything that the pointer does, and playing the steps.

import type { Present } from "./address.ts";
import type { State } from "./state.ts";

export const HELP: readonly (readonly [string, string])[] = [
  ["← →", "previous or next step"],
  ["Shift ← →", "select steps, and find their actions in all episodes"],
  ["Home, End", "first or last step"],
  ["Space", "play or stop; while guessing, show the step"],
  ["Page up, Page down", "previous or next episode"],
  ["P", "present to an audience: large, on the full screen"],
  ["G", "pause before every step, so that the audience guesses it"],
  ["F", "full screen, or not"],
  ["Esc", "clear the selection and the pin; end presenting"],
  ["click", "pin the cursor against hovering"],
];

/** The full screen, where the browser and the frame allow it. */
export interface Screen {
  isFull(): boolean;
  fill(full: boolean): void;
  /** Let keys go to the page, and not to what was clicked. */
  rest(): void;
}

export interface Player {
  playing(): boolean;
  toggle(): void;
  stop(): void;
}

/** Play the steps; at the end it restarts. While the audience guesses, it stops at every step that is covered. */
export function player(state: State, changed: (playing: boolean) => void): Player {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    changed(false);
  };
  const isOver = (): boolean => state.step.peek() >= state.steps.peek() - 1;
  const wait = (): void => {
    timer = setTimeout(() => {
      if (isOver()) {
        stop();
        return;
      }
      state.moveTo(state.step.peek() + 1);
      if (state.covered.peek()) stop();
      else wait();
    }, 1000 / state.speed.peek());
  };
  return {
    playing: () => timer !== undefined,
    stop,
    toggle() {
      if (timer !== undefined) {
        stop();
        return;
      }
      if (state.covered.peek()) state.next();
      else if (isOver()) restart(state);
      changed(true);
      wait();
    },
  };
}

function restart(state: State): void {
  if (state.present.peek() === "guess") state.seen.value = 1;
  state.moveTo(0);
}

/** Whether a key is meant for a field rather than for the page. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return event.key === " " && (target instanceof HTMLButtonElement || target.tagName === "SUMMARY");
}

/** Present or stop presenting, on the full screen where that is allowed. */
export function present(state: State, mode: Present, screen: Screen): void {
  const begins = mode !== "" && state.present.peek() === "";
  state.setPresent(mode);
  if (begins || mode === "") screen.fill(begins);
}

export function onKey(state: State, play: Player, screen: Screen, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const step = state.step.peek();
  const to: Record<string, () => void> = {
    ArrowLeft: () => move(state, step - 1, event.shiftKey),
    ArrowRight: () => (event.shiftKey ? move(state, step + 1, true) : state.next()),
    Home: () => state.moveTo(0),
    End: () => state.moveTo(state.steps.peek() - 1),
    " ": () => play.toggle(),
    PageUp: () => turn(state, -1),
    PageDown: () => turn(state, 1),
    p: () => present(state, state.present.peek() ? "" : "on", screen),
    g: () => present(state, state.present.peek() === "guess" ? "on" : "guess", screen),
    f: () => screen.fill(!screen.isFull()),
    Escape: () => (state.brush.peek() || state.region.peek() || state.pinned.peek() ? clear(state) : present(state, "", screen)),
  };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const action = Object.hasOwn(to, key) ? to[key] : undefined;
  if (!action) return;
  event.preventDefault();
  action();
}

function clear(state: State): void {
  state.brush.value = null;
  state.region.value = null;
  state.pinned.value = false;
}

function move(state: State, to: number, selecting: boolean): void {
  const from = state.step.peek();
  const brush = state.brush.peek();
  state.moveTo(to);
  if (!selecting) return;
  const end = state.step.peek();
  const fixed = !brush ? from : brush.from === from ? brush.to : brush.from;
  state.region.value = null;
  state.brush.value = { from: Math.min(fixed, end), to: Math.max(fixed, end) };
}

function turn(state: State, by: number): void {
  const count = state.run.peek()?.meta.episodes.length ?? 0;
  const next = state.episodeIndex.peek() + by;
  if (next >= 0 && next < count) state.goTo(next);
}
