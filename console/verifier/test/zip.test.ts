import { describe, expect, it } from "vitest";

import { utf8 } from "../src/read/bytes";
import { openFolder, openZip, Unreadable } from "../src/read/container";
import { heads, tail } from "../src/read/ziprecords";

interface Wanted {
  name: string;
  data: Uint8Array;
}

/** As the archive writes it. */
function archive(members: Wanted[]): Uint8Array<ArrayBuffer>[] {
  const out: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of members) {
    const made = heads(utf8(name), data.length, 0, offset);
    out.push(made.local, data);
    central.push(made.central);
    offset += made.local.length + data.length;
  }
  const length = central.reduce((sum, one) => sum + one.length, 0);
  return [...out, ...central, tail(offset, length, members.length)] as Uint8Array<ArrayBuffer>[];
}

const SOME = [
  { name: "BB-1/bagit.txt", data: utf8("one") },
  { name: "BB-1/data/a.mp4", data: utf8("two two") },
];

async function code(blob: Blob): Promise<string> {
  try {
    await openZip(blob);
    return "";
  } catch (error) {
    return error instanceof Unreadable ? `${error.code} ${error.where}` : String(error);
  }
}

describe("the ZIP of a package", () => {
  it("gives its members as slices", async () => {
    const found = await openZip(new Blob(archive(SOME)));
    expect(found.root).toBe("BB-1");
    expect([...found.files.keys()]).toEqual(["bagit.txt", "data/a.mp4"]);
    expect(await found.files.get("data/a.mp4")!.text()).toBe("two two");
  });

  it("is refused with any bit of its headers changed", async () => {
    const whole = new Uint8Array(await new Blob(archive(SOME)).arrayBuffer());
    const media = new TextDecoder("latin1").decode(whole);
    const payload = SOME.map(({ data }) => media.indexOf(new TextDecoder().decode(data)));
    for (let at = 0; at < whole.length; at++) {
      if (SOME.some(({ data }, i) => at >= payload[i]! && at < payload[i]! + data.length)) continue;
      const changed = whole.slice();
      changed[at]! ^= 1 << (at % 8);
      expect(await code(new Blob([changed])), `byte ${at}`).not.toBe("");
    }
  });

  it("is refused with bytes before, between or behind", async () => {
    const parts = archive(SOME);
    expect(await code(new Blob([utf8("x"), ...parts]))).toBe("zip_malformed zip");
    expect(await code(new Blob([...parts, utf8("x")]))).toBe("zip_malformed zip");
    expect(await code(new Blob([...parts.slice(0, 4), utf8("x"), ...parts.slice(4)]))).toBe("zip_malformed zip");
    expect(await code(new Blob([]))).toBe("zip_malformed zip");
  });

  it("is told to be packed again only where another program wrote every entry of it", async () => {
    const told = async (change: (entry: Uint8Array, i: number) => void, name = SOME[1]!.name): Promise<string> => {
      const parts = archive([SOME[0]!, { ...SOME[1]!, name }]);
      parts.slice(4, 6).forEach(change);
      return openZip(new Blob(parts)).then(() => "", (error: Error) => error.message);
    };
    const dated = (entry: Uint8Array): void => void (entry[14] = 0x7d);
    expect(await told(dated)).toBe("packed again by another program");
    expect(await told((entry) => void (entry[10] = 8))).toBe("packed again by another program");
    expect(await told((entry, i) => (i ? dated(entry) : undefined))).toContain("not a package's ZIP");
    expect(await told((entry, i) => (dated(entry), void (entry[8]! |= i)))).toContain("not a package's ZIP"); // encrypted
    expect(await told((entry, i) => (dated(entry), i ? void (entry[41] = 0xa1) : undefined))).toContain("not a package's ZIP"); // a link
    expect(await told(dated, "BB-1/../x")).toContain("not a package's ZIP");
    expect(await told(dated, SOME[0]!.name.toUpperCase())).toContain("not a package's ZIP");
  });

  it("is told to be a part where it is one", async () => {
    const whole = new Uint8Array(await new Blob(archive(SOME)).arrayBuffer());
    for (let end = 4; end < whole.length; end++) expect(await code(new Blob([whole.slice(0, end)])), `${end}`).toBe("zip_cut zip");
    for (let start = 1; start < whole.length - 21; start++) {
      const again = whole[start] === 0x50 && whole[start + 1] === 0x4b && whole[start + 2] === 3;
      expect(await code(new Blob([whole.slice(start)])), `${start}`).toBe(again ? "zip_malformed zip" : "zip_cut zip");
    }
    expect(await code(new File([whole.slice(100)], "BB-7-0001.zip.002"))).toBe("zip_volume zip");
    expect(await code(new File([whole], "BB-7-0001.zip.001"))).toBe("");
  });

  it.each([
    ["BB-1/../x", "unsafe_name ../x"],
    ["BB-1//x", "unsafe_name /x"],
    ["BB-1/c:x", "unsafe_name c:x"],
    ["BB-1/a\\b", "unsafe_name a\\b"],
    ["BB-2/x", "unsafe_name BB-2/x"],
    ["x", "unsafe_name x"],
    ["BB-1/BAGIT.TXT", "duplicate_name BAGIT.TXT"],
    ["BB-1/bagit.txt", "duplicate_name bagit.txt"],
  ])("is refused with a member %s", async (name, expected) => {
    expect(await code(new Blob(archive([...SOME, { name, data: utf8("") }])))).toBe(expected);
  });

  it("holds sizes and places beyond 4 GiB", () => {
    const { local, central } = heads(utf8("a"), 2 ** 33, 1, 2 ** 34);
    expect(local.length).toBe(30 + 1 + 20);
    expect(central.length).toBe(46 + 1 + 28);
    expect(tail(2 ** 34, 100, 2).length).toBe(56 + 20 + 22);
  });
});

describe("an unpacked folder", () => {
  it("is a package with or without a folder around it", () => {
    const file = new Blob(["x"]);
    const straight = openFolder([{ path: "BB-1/bagit.txt", file }, { path: "BB-1/data/a", file }]);
    expect([...straight.files.keys()]).toEqual(["bagit.txt", "data/a"]);
    const around = openFolder([{ path: "usb/BB-1/bagit.txt", file }, { path: "usb/BB-1/data/a", file }]);
    expect([...around.files.keys()]).toEqual(["bagit.txt", "data/a"]);
    expect(around.root).toBe("BB-1");
  });
});
