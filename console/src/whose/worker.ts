/** Reads one file beside the page, so that a large one does not hold it up. */
import { Unreadable } from "../../verifier/src/read/container";
import { look, lookInside, type Brought, type Inside } from "./look";

export interface ToWorker {
  file: File;
  /** Whether the files of a package are wanted, not the file itself. */
  inside: boolean;
}

/** `failed` is the verifier's code where it has one. */
export type FromWorker = { done: number } | { brought: Brought } | { inside: Inside } | { failed: string };

const EVERY_MS = 100;

self.onmessage = ({ data: { file, inside } }: MessageEvent<ToWorker>) => {
  const say = (message: FromWorker): void => postMessage(message);
  let [done, last] = [0, 0];
  const told = (bytes: number): void => {
    done += bytes;
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    say({ done });
  };
  const read = inside
    ? lookInside(file, told).then((found) => say({ inside: found }))
    : look(file, told).then((brought) => say({ brought }));
  read.catch((error: unknown) => say({ failed: error instanceof Unreadable ? error.code : String(error) }));
};
