// The keyboard: everything that the pointer does, and playing the steps.

import type { State } from "./state.ts";

export const HELP: readonly (readonly [string, string])[] = [
  ["← →", "previous or next step"],
  ["Shift ← →", "select steps, and find their actions in all episodes"],
  ["Home, End", "first or last step"],
  ["Space", "play or stop"],
  ["Page up, Page down", "previous or next episode"],
  ["Esc", "clear the selection and the pin"],
  ["click", "pin the cursor against hovering"],
];

export interface Player {
  playing(): boolean;
  toggle(): void;
  stop(): void;
}

/** Play the steps, two a second; at the end it restarts. */
export function player(state: State, changed: (playing: boolean) => void): Player {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    changed(false);
  };
  return {
    playing: () => timer !== undefined,
    stop,
    toggle() {
      if (timer !== undefined) {
        stop();
        return;
      }
      if (state.step.peek() >= state.steps.peek() - 1) state.moveTo(0);
      timer = setInterval(() => {
        if (state.step.peek() >= state.steps.peek() - 1) stop();
        else state.moveTo(state.step.peek() + 1);
      }, 500);
      changed(true);
    },
  };
}

/** Whether a key is meant for a field rather than for the page. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return event.key === " " && (target instanceof HTMLButtonElement || target.tagName === "SUMMARY");
}

export function onKey(state: State, play: Player, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const step = state.step.peek();
  const to: Record<string, () => void> = {
    ArrowLeft: () => move(state, step - 1, event.shiftKey),
    ArrowRight: () => move(state, step + 1, event.shiftKey),
    Home: () => state.moveTo(0),
    End: () => state.moveTo(state.steps.peek() - 1),
    " ": () => play.toggle(),
    PageUp: () => turn(state, -1),
    PageDown: () => turn(state, 1),
    Escape: () => {
      state.brush.value = null;
      state.region.value = null;
      state.pinned.value = false;
    },
  };
  const action = Object.hasOwn(to, event.key) ? to[event.key] : undefined;
  if (!action) return;
  event.preventDefault();
  action();
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
