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

/** The palette that the reader's system asks for, and a way to follow it as it changes. */
export function systemPalette(): { palette: Signal<Palette>; stop: () => void } {
  const asks = window.matchMedia("(prefers-color-scheme: dark)");
  const palette = signal(asks.matches ? DARK : LIGHT);
  const prints = window.matchMedia("print");
  let before = palette.peek();
  const follow = (): void => {
    palette.value = asks.matches && !prints.matches ? DARK : LIGHT;
  };
  const print = (): void => {
    if (prints.matches) before = palette.peek();
    palette.value = prints.matches ? LIGHT : before; // paper is white
  };
  asks.addEventListener("change", follow);
  prints.addEventListener("change", print);
  return {
    palette,
    stop() {
      asks.removeEventListener("change", follow);
      prints.removeEventListener("change", print);
    },
  };
}
