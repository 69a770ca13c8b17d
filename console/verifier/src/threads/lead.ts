/** The lead: opens the package, has the helpers read it, reaches the verdicts, and tells the page. */

import { Opened } from "../check/all";
import { Pool } from "../hash/pool";
import { parseTrust } from "../read/trust";
import type { FromLead, ToLead } from "../report";
import { gather } from "./shown";

const EVERY = 100; // milliseconds between two words of progress

export function lead(helpers: MessagePort[]): void {
  const say = (message: FromLead): void => postMessage(message);
  let total = 0;
  let done = 0;
  let told = 0;
  let step: "hash" | "digest" = "hash";
  const pool = new Pool(helpers, (bytes) => {
    done += bytes;
    const now = performance.now();
    if (now - told < EVERY) return;
    told = now;
    say({ kind: "progress", step, done: Math.min(done, total), total });
  });
  let opened: Opened | undefined;
  let source: File | null = null;

  let took = 0;

  async function check(trust: string, started: number): Promise<void> {
    if (!opened) return;
    [total, done, step] = [opened.size, 0, "hash"];
    const last = (): void => say({ kind: "progress", step: "checks", done: total, total });
    const { report, material } = await opened.verdicts(trust ? parseTrust(trust) : undefined, pool, last);
    const shown = await gather(opened.files, material);
    took ||= performance.now() - started; // later rounds take what was read from memory
    say({ kind: "result", report, shown, milliseconds: took, bytes: source?.size ?? total });
  }

  async function heard(message: ToLead): Promise<void> {
    if (message.kind === "open") {
      const started = performance.now();
      source = message.file;
      opened = await Opened.open(message);
      await check(message.trust, started);
    } else if (message.kind === "trust") {
      await check(message.trust, performance.now());
    } else if (message.kind === "digest" && source) {
      [total, done, step] = [source.size, 0, "digest"];
      say({ kind: "digest", sha256: (await pool.file(source)).sha256 });
    }
  }

  let last = Promise.resolve();
  self.onmessage = (event: MessageEvent<ToLead>) => {
    last = last.then(() => heard(event.data)).catch((error: unknown) => say(failure(error)));
  };
}

function failure(error: unknown): FromLead {
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}
