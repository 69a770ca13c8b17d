/** Reads one file beside the page, so that a large one does not hold it up. */
import { look, type Brought } from "./look";

export type FromWorker = { done: number } | { brought: Brought } | { failed: string };

const EVERY_MS = 100;

self.onmessage = (event: MessageEvent<Blob>) => {
  const say = (message: FromWorker): void => postMessage(message);
  let [done, last] = [0, 0];
  const told = (bytes: number): void => {
    done += bytes;
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    say({ done });
  };
  look(event.data, told).then(
    (brought) => say({ brought }),
    (error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }),
  );
};
