// The host of the page: a notebook, a server or a file. All three take the same requests and answer with payloads.

import type { Payload } from "./payload.ts";
import { readPayload } from "./payload.ts";

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
  /** The part of the page whose input it is about, which says it itself. */
  at?: string;
}

/** A refusal by the host, in the three parts of every error. */
export class Refusal extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(`${trouble.must}. Got ${trouble.got}. ${trouble.remedy}`);
    this.trouble = trouble;
  }
}

export interface Host {
  readonly kind: string;
  readonly live: boolean;
  readonly runs: readonly { run: string; label: string }[];
  request<Meta>(message: Record<string, unknown>): Promise<Payload<Meta>>;
  /** Give the host the position of the cursor. */
  moved(episode: number, step: number): void;
  close(): void;
}

interface Reply {
  id: number;
  ok: boolean;
  error?: Trouble;
}

/** Make a host of a model. Every request has a number, and so has its reply. */
export function hostOf(model: Model): Host {
  const waiting = new Map<number, { done(payload: Payload<any>): void; failed(problem: Error): void }>();
  let last = 0;
  const receive = (reply: Reply, buffers?: DataView[]): void => {
    const waiter = waiting.get(reply?.id);
    if (!waiter) return;
    waiting.delete(reply.id);
    try {
      if (!reply.ok || !buffers?.length) throw new Refusal(reply.error ?? silence);
      const bytes = buffers[0];
      waiter.done(readPayload(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
    } catch (problem) {
      waiter.failed(problem as Error);
    }
  };
  model.on("msg:custom", receive);
  return {
    kind: String(model.get("host")),
    live: Boolean(model.get("live")),
    runs: model.get("runs") as { run: string; label: string }[],
    request: (message) =>
      new Promise((done, failed) => {
        last += 1;
        waiting.set(last, { done, failed });
        model.send({ id: last, ...message });
      }),
    moved(episode, step) {
      model.set("episode", episode);
      model.set("step", step);
      model.save_changes();
    },
    close: () => model.off("msg:custom", receive),
  };
}

const silence: Trouble = { must: "the host must answer", got: "nothing", remedy: "Reload the page" };

/** Make a model for a page of its own, answered by a server or by the payloads in the page. */
export function pageModel(page: Document): Model {
  const state = JSON.parse(page.getElementById("mannscope-page")?.textContent ?? "{}") as Record<string, unknown>;
  const listeners = new Set<(...received: any[]) => void>();
  const reply = (message: Reply, buffers: DataView[] = []): void => {
    for (const listener of listeners) listener(message, buffers);
  };
  const answer = state.host === "server" ? fromServer : (message: any) => fromPage(page, message);
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
    },
    save_changes() {},
    on: (event, listener) => event === "msg:custom" && listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
    send(message) {
      const { id, ...request } = message as { id: number };
      answer(request).then(
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

async function fromServer(request: unknown): Promise<ArrayBuffer> {
  const response = await fetch("/api/request", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  });
  if (response.ok) return response.arrayBuffer();
  const reply = await response.json().catch(() => ({}));
  throw new Refusal(reply.error ?? { ...silence, got: `status ${response.status}` });
}

interface PageRequest {
  request: string;
  run: string;
  episode?: number;
}

async function fromPage(page: Document, { request, run, episode }: PageRequest): Promise<ArrayBuffer> {
  const name = request === "open" || request === "outline" ? `run/${run}` : request === "episode" ? `episode/${run}/${episode}` : "";
  const found = [...page.querySelectorAll<HTMLScriptElement>("script[data-payload]")].find((one) => one.dataset.payload === name);
  if (!found) {
    const got = name || `the request to ${request}`;
    throw new Refusal({ must: "the request must be for something in this file", got, remedy: "Run mannscope explore for more" });
  }
  const packed = Uint8Array.from(atob(found.textContent?.trim() ?? ""), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}
