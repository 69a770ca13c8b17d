/** What a helper does: one hashing task after another, as its port asks. */

import type { Answer, Asked, Found, Task } from "../hash/pool";
import { hashFile, readCourt, readOriginal, readPieces, readUnits } from "../hash/tasks";

export function serve(port: MessagePort): void {
  let last = Promise.resolve();
  port.onmessage = (event: MessageEvent<Asked>) => {
    last = last.then(() => answer(port, event.data));
  };
}

async function answer(port: MessagePort, { id, task }: Asked): Promise<void> {
  const say = (told: Answer): void => port.postMessage(told);
  try {
    say({ id, found: await run(task, (bytes) => say({ id, bytes })) });
  } catch (error) {
    say({ id, failed: error instanceof Error ? error.message : String(error) });
  }
}

function run(task: Task, told: (bytes: number) => void): Promise<Found> {
  if (task.kind === "file") return hashFile(task.blob, told);
  if (task.kind === "original") return readOriginal(task.blob, told);
  if (task.kind === "units") return readUnits(task.blob, task.hash);
  return task.kind === "court" ? readCourt(task, told) : readPieces(task, told);
}
