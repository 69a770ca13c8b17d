import { expect, test } from "vitest";
import { addressesIn, endOf, objectOf } from "../src/player/addresses";

const STORE = "http://store/saksi/a/b.mp4?X-Amz-Date=20261201T040000Z&X-Amz-Expires=300&X-Amz-Signature=ab";

test("the end of an address is read from either way of signing", () => {
  expect(endOf(STORE)).toBe(Date.UTC(2026, 11, 1, 4, 5, 0));
  expect(endOf("/api/v1/media/a/b.mp4?expires=1796000000&signature=x")).toBe(1_796_000_000_000);
  expect(endOf("gap.mp4")).toBeNull();
});

test("a playlist's addresses are known by their objects", () => {
  const text = ["#EXTM3U", `#EXT-X-MAP:URI="${STORE}",BYTERANGE="9@0"`, "#EXT-X-GAP", "gap.mp4", `${STORE}2`].join("\n");
  expect(objectOf(STORE)).toBe("http://store/saksi/a/b.mp4");
  expect([...addressesIn(text)]).toEqual([["http://store/saksi/a/b.mp4", `${STORE}2`]]);
});
