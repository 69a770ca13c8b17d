/**
 * Signed addresses live for minutes, a playlist is watched for hours: before a fragment is asked for by an address that
 * is about to end, the playlist is asked for again, and the same object's new address taken. The archive then looks
 * again at who may see what, and knows that somebody still watches.
 */
import Hls, {
  type FragmentLoaderContext,
  type HlsConfig,
  type Loader,
  type LoaderCallbacks,
  type LoaderConfiguration,
} from "hls.js/light";
import { request, type Query } from "../api/client";
import { now } from "../time/clock";
import { addressesIn, endOf, objectOf } from "./addresses";

/** An address is renewed so long before its end: a fragment may take a while. */
export const MARGIN_MS = 30_000;

export class Renewal {
  private fresh = new Map<string, string>();
  private asking: Promise<void> | null = null;

  constructor(
    private readonly path: string,
    private readonly query: Query,
  ) {}

  /** An address of the same object that is good for a while yet; the same one where a new one cannot be had. */
  async good(url: string): Promise<string> {
    const known = this.fresh.get(objectOf(url)) ?? url;
    const end = endOf(known);
    if (end === null || end - now() > MARGIN_MS) return known;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    await this.asking;
    return this.fresh.get(objectOf(url)) ?? known;
  }

  private async ask(): Promise<void> {
    try {
      this.fresh = addressesIn(await (await request(this.path, { query: this.query })).text());
    } catch {
      // The old address is tried, and what then goes wrong is told by who loads it.
    }
  }
}

/** A loader of fragments that asks `renewal` first. */
export function renewing(renewal: Renewal): new (config: HlsConfig) => Loader<FragmentLoaderContext> {
  const Plain = Hls.DefaultConfig.loader as unknown as new (config: HlsConfig) => Loader<FragmentLoaderContext>;
  return class extends Plain {
    private given = true;
    private waits: (() => void) | null = null;

    override load(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<FragmentLoaderContext>,
    ): void {
      // Given up while it waits, it has to say so: hls.js waits for the word of its loader.
      this.waits = () => callbacks.onAbort?.(this.stats, context, null);
      void renewal.good(context.url).then((url) => {
        this.waits = null;
        if (!this.given) return;
        context.url = url;
        super.load(context, config, callbacks);
      });
    }

    override abort(): void {
      this.given = false;
      this.waits?.();
      super.abort();
    }

    override destroy(): void {
      this.given = false;
      super.destroy();
    }
  };
}
