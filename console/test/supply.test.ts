import { expect, test, vi } from "vitest";

vi.mock("../src/i18n/t", () => ({ t: (key: string) => key, language: "en" }));
const { Drought, DOUBT_MS, PATIENCE_MS } = await import("../src/player/supply");

test("waiting without a byte is doubtful, then the end", () => {
  const drought = new Drought();
  const flows = [0, DOUBT_MS - 1, DOUBT_MS, PATIENCE_MS - 1, PATIENCE_MS].map((now) => drought.look(true, 5, now));
  expect(flows).toEqual(["comes", "comes", "doubtful", "doubtful", "dry"]);
});
test("a byte begins the patience anew", () => {
  const drought = new Drought();
  drought.look(true, 5, 0);
  drought.look(true, 6, PATIENCE_MS - 1);
  expect(drought.look(true, 6, PATIENCE_MS + 1)).toBe("comes");
});
test("a retry that starts again from nothing is no byte", () => {
  const drought = new Drought();
  drought.look(true, 6, 0);
  expect(drought.look(true, 0, PATIENCE_MS)).toBe("dry");
});
test("as long as there is a picture nothing is missing", () => {
  const drought = new Drought();
  drought.look(true, 5, 0);
  drought.look(false, 5, 1000);
  expect(drought.look(true, 5, PATIENCE_MS)).toBe("comes");
});
