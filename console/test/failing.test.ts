import { expect, test } from "vitest";
import type { Camera } from "../src/api/archive";
import { counted, failingFirst } from "../src/api/failing";

const camera = (id: string, state: string, enabled = true): Camera =>
  ({ id, enabled, status: { state } }) as unknown as Camera;

test("cameras that fail come first, each once, and those switched off are no failure", () => {
  const found = ["a recording", "b failed", "c stopped", "d unknown", "b failed"].map((one) => {
    const [id, state] = one.split(" ") as [string, string];
    return camera(id, state, state !== "stopped");
  });
  expect(failingFirst(found).map((one) => one.id)).toEqual(["b", "d", "a", "c"]);
  expect(counted(failingFirst(found))).toEqual({ recording: 1, failed: 2 });
  expect(counted([camera("a", "connecting")])).toEqual({ recording: 0, failed: 1 });
});
