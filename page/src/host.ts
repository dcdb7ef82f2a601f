// Whoever shows the page: a notebook, a server or a file. All three are asked alike and answer with packs.

import type { Pack } from "./pack.ts";
import { readPack } from "./pack.ts";

/** The part of anywidget's model that the page uses. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: (...received: any[]) => void): void;
  off(event: string, listener: (...received: any[]) => void): void;
  send(message: unknown): void;
}

export interface Trouble {
  must: string;
  got: string;
  remedy: string;
}

/** A refusal by the host, in the three parts in which every error is told. */
export class Refusal extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(`${trouble.must}. Got ${trouble.got}. ${trouble.remedy}`);
    this.trouble = trouble;
  }
}

export interface Host {
  readonly home: string;
  readonly live: boolean;
  readonly runs: readonly { run: string; label: string }[];
  ask<View>(message: Record<string, unknown>): Promise<Pack<View>>;
  /** Tell the host where the cursor is. */
  tell(episode: number, step: number): void;
  close(): void;
}

interface Reply {
  id: number;
  ok: boolean;
  error?: Trouble;
}

/** Speak with a model: every request has a number, and its reply bears it too. */
export function hostOf(model: Model): Host {
  const waiting = new Map<number, { done(pack: Pack<any>): void; failed(problem: Error): void }>();
  let last = 0;
  const hear = (reply: Reply, buffers?: DataView[]): void => {
    const asker = waiting.get(reply?.id);
    if (!asker) return;
    waiting.delete(reply.id);
    try {
      if (!reply.ok || !buffers?.length) throw new Refusal(reply.error ?? silence);
      const view = buffers[0];
      asker.done(readPack(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
    } catch (problem) {
      asker.failed(problem as Error);
    }
  };
  model.on("msg:custom", hear);
  return {
    home: String(model.get("home")),
    live: Boolean(model.get("live")),
    runs: model.get("runs") as { run: string; label: string }[],
    ask: (message) =>
      new Promise((done, failed) => {
        last += 1;
        waiting.set(last, { done, failed });
        model.send({ id: last, ...message });
      }),
    tell(episode, step) {
      model.set("episode", episode);
      model.set("step", step);
      model.save_changes();
    },
    close: () => model.off("msg:custom", hear),
  };
}

const silence: Trouble = { must: "the host must answer", got: "nothing", remedy: "Reload the page" };

/** Make a model for a page of its own, answered by a server or by the packs in the page. */
export function pageModel(page: Document): Model {
  const state = JSON.parse(page.getElementById("mannscope-page")?.textContent ?? "{}") as Record<string, unknown>;
  const listeners = new Set<(...received: any[]) => void>();
  const reply = (message: Reply, buffers: DataView[] = []): void => {
    for (const listener of listeners) listener(message, buffers);
  };
  const answer = state.home === "server" ? fromServer : (message: any) => fromPage(page, message);
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
    },
    save_changes() {},
    on: (event, listener) => event === "msg:custom" && listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    send(message) {
      const { id, ...ask } = message as { id: number };
      answer(ask).then(
        (bytes) => reply({ id, ok: true }, [new DataView(bytes)]),
        (problem) => reply({ id, ok: false, error: problem.trouble ?? unreachable(problem) }),
      );
    },
  };
}

const unreachable = (problem: Error): Trouble => ({
  must: "mannscope explore must be running, and answer",
  got: problem.message,
  remedy: "Start it again and reload the page",
});

async function fromServer(ask: unknown): Promise<ArrayBuffer> {
  const response = await fetch("/api/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(ask),
  });
  if (response.ok) return response.arrayBuffer();
  const told = await response.json().catch(() => ({}));
  throw new Refusal(told.error ?? { ...silence, got: `status ${response.status}` });
}

async function fromPage(page: Document, ask: { ask: string; run: string; episode?: number }): Promise<ArrayBuffer> {
  const name = ask.ask === "open" ? `run/${ask.run}` : ask.ask === "episode" ? `episode/${ask.run}/${ask.episode}` : "";
  const found = [...page.querySelectorAll<HTMLScriptElement>("script[data-pack]")].find((one) => one.dataset.pack === name);
  if (!found) {
    const got = name || `the request to ${ask.ask}`;
    throw new Refusal({ must: "what is asked must be in this file", got, remedy: "Run mannscope explore for more" });
  }
  const packed = Uint8Array.from(atob(found.textContent?.trim() ?? ""), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}
