// A list of buttons as one stop of the Tab key: the arrow keys up and down go from one to the next.

/** Attributes of the list: the keys that move the focus in it. */
export function roving(): { onKeyDown(event: KeyboardEvent): void } {
  return {
    onKeyDown(event) {
      const list = event.currentTarget as HTMLElement;
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!by) return;
      const buttons = [...list.querySelectorAll("button")];
      const root = list.getRootNode() as Document | ShadowRoot;
      buttons[buttons.indexOf(root.activeElement as HTMLButtonElement) + by]?.focus();
      event.preventDefault();
    },
  };
}
