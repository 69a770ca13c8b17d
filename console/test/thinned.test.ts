import { beforeEach, expect, test, vi } from "vitest";

/** As much of an element as the stage uses. */
class Fake {
  textContent = "";
  dataset: Record<string, string> = {};
  children: unknown[] = [];
  classList = { toggle: () => {} };
  setAttribute = () => {};
  addEventListener = () => {};
  append = (child: unknown) => this.children.push(child);
  replaceChildren = (...children: unknown[]) => (this.children = children);
  get words(): string {
    return this.textContent + this.children.map((child) => (child instanceof Fake ? child.words : String(child))).join(" ");
  }
}

const [WHOLE, THINNED, GONE] = [50, 150, 250];
const footage = {
  coverage: [
    { start: 0, end: 100, state: "held" },
    { start: 100, end: 200, state: "thinned" },
    { start: 200, end: 300, state: "purged" },
  ],
  gaps: [],
  thumbnail: null,
};

function speak(language: string): void {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => language });
  vi.stubGlobal("document", { documentElement: {}, createElement: () => new Fake() });
  vi.stubGlobal("location", { search: "", hash: "", href: "http://saksi/" });
}

beforeEach(() => speak("id"));

test("a neighbour of which keyframes are left is said to be thinned, not deleted", async () => {
  for (const [language, words] of [["id", "dijarangkan, hanya bingkai kunci"], ["en", "thinned, keyframes only"]] as const) {
    speak(language);
    const { seen } = await import("../src/neighbours");
    const { t } = await import("../src/i18n/t");
    const one = { id: "a", name: "A", distance: 1, bearing: 1, recorded: true, thinned: true, purged: false };
    expect(t(seen(one))).toBe(words);
    expect(seen({ ...one, thinned: false })).toBe("neighbours.recorded");
    expect(seen({ ...one, recorded: false, thinned: false, purged: true })).toBe("neighbours.purged");
    expect(seen({ ...one, recorded: false, thinned: false })).toBe("neighbours.not_recorded");
  }
});

test("a time is thinned where only keyframes are left of it", async () => {
  const { thinnedAt } = await import("../src/player/words");
  expect([WHOLE, 100, THINNED, 200, GONE, null].map((at) => thinnedAt(footage, at))).toEqual([false, true, true, false, false, false]);
  expect(thinnedAt(null, THINNED)).toBe(false);
});

test("the picture of thinned footage stands under a label, and no other does", async () => {
  for (const [language, words] of [["id", "Hanya bingkai kunci"], ["en", "Keyframes only"]] as const) {
    speak(language);
    const { Stage } = await import("../src/player/stage");
    const stage = new Stage(() => {});
    const shown = (): string => (stage.element as unknown as Fake).words;
    stage.show(THINNED, false, false, true);
    expect(shown()).toContain(words);
    stage.show(THINNED, false, true, true);
    expect(shown()).toMatch(new RegExp(`1/.* · ${words}`));
    stage.show(THINNED, true, false, true); // the picture of another time stands there still
    expect(shown()).not.toContain(words);
    stage.show(WHOLE, false, false, false);
    expect(shown()).not.toContain(words);
  }
});

test("a time is said to be imported where footage of another recorder lies", async () => {
  const { importedAt, modeText } = await import("../src/player/words");
  const brought = { ...footage, imported: [{ start: 100, end: 200 }] };
  expect([99, 100, 199, 200, null].map((at) => importedAt(brought, at))).toEqual([false, true, true, false, false]);
  expect(importedAt(footage, 150)).toBe(false);
  expect(modeText(true, false, true).split(" · ")).toHaveLength(2);
});

test("footage that waits on its site is told, not what was recorded just now", async () => {
  const { waitsOnSite, onSite } = await import("../src/player/words");
  const coverage = [{ start: 0, end: 500_000, state: "pending" }];
  expect(waitsOnSite({ ...footage, coverage }, 700_000)).toBe(true);
  expect(waitsOnSite({ ...footage, coverage }, 550_000)).toBe(false);
  expect(waitsOnSite(footage, 1e12)).toBe(false);
  let asked = 0;
  onSite(() => asked++).action?.run();
  expect(asked).toBe(1);
});
