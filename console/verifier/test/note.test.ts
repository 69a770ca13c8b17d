import { describe, expect, it } from "vitest";

import { utf8 } from "../src/read/bytes";
import { parseNote, parseVerifierKey, signedBy } from "../src/read/note";
import { parsePolicy, reached } from "../src/read/policy";

/** The example of the signed-note specification. */
const KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

describe("signed notes", () => {
  it("accept the specification's example and no changed letter", () => {
    const key = parseVerifierKey(KEY);
    expect(signedBy(parseNote(utf8(NOTE)), key)).toEqual({ at: 0, false: false });
    expect(signedBy(parseNote(utf8(NOTE.replace("answer", "Answer"))), key)).toEqual({ at: undefined, false: true });
  });

  it("ignore keys that they do not name", () => {
    const other = { ...parseVerifierKey(KEY), name: "Somebody" };
    expect(signedBy(parseNote(utf8(NOTE)), other)).toEqual({ at: undefined, false: false });
  });

  it.each([
    ["without signature lines", TEXT],
    ["without a last newline", NOTE.slice(0, -1)],
    ["with a control character", NOTE.replace("answer", "ans\twer")],
    ["with base64 in another spelling", NOTE.replace("nAM=", "nAN=")],
  ])("are refused %s", (_, note) => {
    expect(() => parseNote(utf8(note))).toThrow();
  });

  it("are signed by keys whose id is their own", () => {
    expect(() => parseVerifierKey(KEY.replace("c74f20a3", "c74f20a4"))).toThrow();
  });
});

describe("policies", () => {
  const log = `log ${KEY}\n`;

  it("count groups of witnesses", () => {
    const policy = parsePolicy(utf8(`${log}quorum none\n`));
    expect(reached(policy, [])).toBe(true);
    const groups = { ...policy, groups: [{ name: "g", needed: 2, members: ["a", "b", "c"] }], quorum: "g" };
    expect(reached(groups, ["a"])).toBe(false);
    expect(reached(groups, ["a", "c"])).toBe(true);
  });

  it.each([
    ["without a quorum", log],
    ["with an unknown word", `${log}allow all\nquorum none\n`],
    ["with a quorum that nothing defines", `${log}quorum x\n`],
    ["without a last newline", `${log}quorum none`],
  ])("are refused %s", (_, policy) => {
    expect(() => parsePolicy(utf8(policy))).toThrow();
  });
});
