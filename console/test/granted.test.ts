import { expect, test } from "vitest";
import { within } from "../src/api/within";

test("of a window only what grants show of that camera is asked for, in order", () => {
  const grants = new Map([
    ["gate", [{ from: 500, to: 900 }, { from: 0, to: 200 }]],
    ["south", [{ from: 0, to: 10 }]],
  ]);
  expect(within(grants, "gate", 100, 600)).toEqual([{ from: 100, to: 200 }, { from: 500, to: 600 }]);
  expect(within(grants, "gate", 200, 500)).toEqual([]);
  expect(within(grants, "bridge", 0, 1000)).toEqual([]);
});
