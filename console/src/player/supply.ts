/**
 * Whether footage still arrives. hls.js tries again in silence, and a browser that is refused by the store hears no
 * reason; the person who waits must be told within seconds, and told where to look.
 */
import Hls, { ErrorTypes, Events, type ErrorData, type Fragment } from "hls.js/light";
import { t } from "../i18n/t";
import type { Message } from "../problems";

/** Waiting this long without a byte is worth saying; it may still come. */
export const DOUBT_MS = 4_000;
/** And this long is the end of it. */
export const PATIENCE_MS = 12_000;
const AGAIN_MS = 3_000;

export type Flow = "comes" | "doubtful" | "dry";

/** How long nothing came while the picture waited for it; time that nobody waits does not count. */
export class Drought {
  private since: number | null = null;
  private bytes = -1;

  look(waiting: boolean, bytes: number, now: number): Flow {
    if (!waiting) this.since = null;
    else if (this.since === null || bytes > this.bytes) this.since = now;
    this.bytes = bytes;
    const dry = this.since === null ? 0 : now - this.since;
    return dry >= PATIENCE_MS ? "dry" : dry >= DOUBT_MS ? "doubtful" : "comes";
  }
}

export class Supply {
  private readonly drought = new Drought();
  private asked: Fragment | null = null;
  private arrived = 0;
  private listed = false;
  private again = 0;

  constructor(private readonly hls: Hls) {
    hls.on(Events.LEVEL_LOADED, () => (this.listed = true));
    hls.on(Events.FRAG_LOADING, (_event, { frag }) => (this.asked = frag));
    hls.on(Events.FRAG_LOADED, (_event, { frag }) => {
      this.arrived += frag.stats.loaded;
      this.asked = null;
    });
  }

  look(waiting: boolean): Flow {
    const missing = !this.listed || this.asked !== null;
    return this.drought.look(waiting && missing, this.arrived + (this.asked?.stats.loaded ?? 0), performance.now());
  }

  /** Takes on a fragment that did not come at all: there may be plenty in the buffer yet, so loading begins anew. */
  bears({ type, frag, response }: ErrorData): boolean {
    if (type !== ErrorTypes.NETWORK_ERROR || !frag || response?.code) return false;
    clearTimeout(this.again);
    this.again = window.setTimeout(() => this.hls.startLoad(), AGAIN_MS);
    return true;
  }

  /** What does not come, from where, and what to do. */
  words(tone: Message["tone"]): Message {
    const from = this.asked && new URL(this.asked.url, location.href).origin;
    if (!from || from === location.origin) return { tone, text: t("problem.unreachable"), remedy: t("player.dry_remedy") };
    const remedy = t("player.store_remedy", { store: from, page: location.origin });
    return { tone, text: t("player.store", { store: from }), remedy };
  }

  stop(): void {
    clearTimeout(this.again);
  }
}
