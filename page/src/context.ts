// What every part of the page shares: the state, and the palette of the moment.

import type { Signal } from "@preact/signals";
import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Palette } from "./palette.ts";
import { DARK, LIGHT } from "./palette.ts";
import type { State } from "./state.ts";

export interface Shared {
  state: State;
  palette: Signal<Palette>;
}

export const Context = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(Context);
  if (!shared) throw new Error("a part of the page must be shown inside it");
  return shared;
}

/** The palette of the system's colour scheme, which is followed as it changes. */
export function systemPalette(): { palette: Signal<Palette>; stop: () => void } {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const palette = signal(dark.matches ? DARK : LIGHT);
  const prints = window.matchMedia("print");
  let before = palette.peek();
  const follow = (): void => {
    palette.value = dark.matches && !prints.matches ? DARK : LIGHT;
  };
  const print = (): void => {
    if (prints.matches) before = palette.peek();
    palette.value = prints.matches ? LIGHT : before; // paper is white
  };
  dark.addEventListener("change", follow);
  prints.addEventListener("change", print);
  return {
    palette,
    stop() {
      dark.removeEventListener("change", follow);
      prints.removeEventListener("change", print);
    },
  };
}
