import { describe, expect, it } from "vitest";

import { parseTrust } from "../src/read/trust";

const KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PRINT = "f38562ac4d174dfd6a128c01484b468fe2b88faf68241aeabfd0d2a2dd5daeae";
const GROUPED = PRINT.match(/.{8}/g)!.join(" ");

describe("what is given from outside", () => {
  it.each([KEY, `${KEY}\n`, `log ${KEY}\nquorum none\n`, `log ${KEY}\nquorum none`])("may be a key or a policy: %s", (text) => {
    const trust = parseTrust(text);
    expect(trust.kind === "policy" && trust.policy.logs).toHaveLength(1);
  });

  it.each([
    PRINT,
    GROUPED.toUpperCase(),
    `Sidik jari kunci log arsip CCTV (SHA-256): ${GROUPED}\n`,
    `a f ${GROUPED}.`,
    `${GROUPED}\n${PRINT}`,
    GROUPED.replace(" e2b88faf", "\r\n  e2b88faf"),
  ])("may be a fingerprint, alone or in a letter: %s", (text) => {
    expect(parseTrust(text)).toEqual({ kind: "fingerprint", fingerprint: PRINT });
  });

  it.each([
    ["kunci apa saja", "there is no key in it"],
    ["", "there is no key in it"],
    [PRINT.slice(1), "63 digits instead of 64"],
    [`${PRINT}0`, "65 digits instead of 64"],
    [`${PRINT}\n${PRINT.replace("f3", "f4")}`, "more than one fingerprint"],
    [KEY.replace("c74f20a3", "c74f20a4"), "a key that is damaged: the id of a verifier key is not that of its key"],
    [`log ${KEY}\n`, "a policy that is damaged: a policy without a quorum"],
  ])("says what is wrong with %s", (text, why) => {
    expect(parseTrust(text)).toEqual({ kind: "wrong", why });
  });
});
