// The module that all three hosts load: a notebook by anywidget's contract, a server's page and a file by themselves.

import { effect } from "@preact/signals";
import { render as show } from "preact";
import { fromFragment, isElsewhere, toFragment } from "./address.ts";
import { App } from "./app.tsx";
import { Context, systemPalette } from "./context.ts";
import type { Model } from "./host.ts";
import { hostOf, pageModel } from "./host.ts";
import { createState } from "./state.ts";
import style from "./style.css";

/** Show the page in an element; returns how to remove it. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const host = hostOf(model);
  const state = createState(host);
  const { palette, stop } = systemPalette();
  dress(el);
  show(<Context.Provider value={{ state, palette }}><App /></Context.Provider>, el);
  const leave = host.kind === "notebook" ? startIn(model) : followAddress();

  function startIn(of: Model): () => void {
    const first = host.runs[0];
    const [episode, step] = [Number(of.get("episode") ?? 0), Number(of.get("step") ?? 0)];
    if (first) state.open(first.run, episode || step ? { episode, step } : {});
    const moved = (): void => state.moveTo(Number(of.get("step") ?? 0));
    of.on("change:step", moved);
    return () => of.off("change:step", moved);
  }

  function followAddress(): () => void {
    let own = "";
    let arriving = 0;
    const visit = (): void => {
      const fragment = safely(() => location.hash) ?? "";
      if (fragment.slice(1) === own && own) return;
      const place = fromFragment(fragment);
      const run = host.runs.some((one) => one.run === place.run) ? place.run : host.runs[0]?.run;
      if (!run) return;
      arriving += 1;
      state.open(run, place).finally(() => {
        arriving -= 1;
        own = toFragment(state.place()); // what was arrived at is not new
      });
    };
    visit();
    window.addEventListener("hashchange", visit);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isNew = false;
    const stopFollowing = effect(() => {
      // A link to something that is not there stays as it was typed.
      if (!state.main.value || state.missed.value || state.refused.value !== null) return;
      const fragment = toFragment(state.place());
      clearTimeout(timer);
      isNew = arriving === 0 && (isNew || (own !== "" && isElsewhere(fragment, own)));
      // Browsers refuse more than a few hundred changes of the address in half a minute.
      timer = setTimeout(() => {
        const write = isNew && fragment !== own ? "pushState" : "replaceState";
        [own, isNew] = [fragment, false];
        safely(() => history[write](null, "", `#${fragment}`));
      }, 250);
    });
    return () => {
      clearTimeout(timer);
      stopFollowing();
      window.removeEventListener("hashchange", visit);
    };
  }

  return () => {
    leave();
    stop();
    state.close();
    host.close();
    show(null, el);
  };
}

/** Do what a sandboxed frame may forbid. */
function safely<Result>(attempt: () => Result): Result | undefined {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}

/** Bring the style to the document or shadow tree that the element is in, once. */
function dress(el: HTMLElement): void {
  const root = el.getRootNode() as Document | ShadowRoot;
  const marked = root as unknown as { mannscopeStyle?: CSSStyleSheet };
  if (marked.mannscopeStyle) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  marked.mannscopeStyle = sheet;
}

const place = typeof document === "undefined" ? null : document.getElementById("mannscope-root");
if (place && document.getElementById("mannscope-page")) render({ model: pageModel(document), el: place });

export default { render };
