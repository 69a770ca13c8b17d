/** Verdict 2: the statement was signed by an export key of the archive whose log is trusted. */

import { keyId, sha256, verify } from "../hash/sha";
import { concat, hex, Malformed, utf8 } from "../read/bytes";
import { signedBy, type VerifierKey } from "../read/note";
import type { Policy } from "../read/policy";
import { CHECKPOINT, type Entry, IN_TOTO, type Material, STATEMENT } from "./material";
import { unhex } from "./shape";
import type { Verdicts } from "./verdicts";

const NEW_KEY = utf8("saksi/key/1\n");
const ENTRY = utf8("saksi/entry/1\n");

export interface KeyBody {
  action: string;
  role: string;
  name: string;
  public: string;
  old: string;
  old_signature: string;
  key: string;
}

/** The pre-authentication encoding of DSSE v1.0.2. */
export function pae(payload: Uint8Array): Uint8Array {
  return concat(utf8(`DSSEv1 ${utf8(IN_TOTO).length} ${IN_TOTO} ${payload.length} `), payload);
}

/** `trusted` is what was given from outside; undefined: only consistency can be shown (trust.ts). */
export function checkAuthentic(verdicts: Verdicts, material: Material, trusted: Policy | undefined): void {
  const verdict = verdicts.of(2);
  const { checkpoint, statement, keys, entries, keyid } = material;
  if (trusted && checkpoint && !signingLogs(material, trusted).length) {
    const wanted = trusted.logs.map((log) => `${log.name} ${hex(sha256(log.publicKey))}`);
    verdict.add("log_not_trusted", CHECKPOINT, wanted, checkpoint.origin);
  }
  if (!statement || !keys || !entries) return;
  checkKeys(verdicts, material);
  const key = keys.get(keyid);
  if (!key || key.role !== "export" || !enrolments(material).has(keyid))
    verdict.add("statement_key", STATEMENT, "an export key of the log", keyid);
  else if (!verify(unhex(key.public, 32), material.signature, pae(material.payload)))
    verdict.add("statement_signature", STATEMENT, `signed by ${keyid}`, "not signed by it");
  else if (revocations(material).has(keyid)) verdict.add("key_revoked", `key ${keyid}`);
  verdict.facts["export_key"] = keyid;
  verdict.facts["case"] = statement.predicate.case;
  verdict.facts["export"] = statement.predicate.export;
}

/** The policy's logs that signed the checkpoint. */
export function signingLogs({ checkpoint }: Material, policy: Policy): VerifierKey[] {
  if (!checkpoint) return [];
  return policy.logs.filter((log) => log.name === checkpoint.origin && signedBy(checkpoint.note, log).at !== undefined);
}

function keyEntries(material: Material, action: string, name: (body: KeyBody) => string): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of material.ofKind("key")) {
    const body = entry.body as unknown as KeyBody;
    if (body.action === action && !found.has(name(body))) found.set(name(body), entry);
  }
  return found;
}

/** Key id to the entry that enrolled it. */
export function enrolments(material: Material): Map<string, Entry> {
  return keyEntries(material, "enrol", (body) => keyId(unhex(body.public, 32)));
}

/** Key id to the entry that revoked it. */
export function revocations(material: Material): Map<string, Entry> {
  return keyEntries(material, "revoke", (body) => body.key);
}

/** Each key of keys.json is the one enrolled in the log, by its own signature and that of the one before. */
function checkKeys(verdicts: Verdicts, material: Material): void {
  const verdict = verdicts.of(2);
  const [enrolled, revoked] = [enrolments(material), revocations(material)];
  for (const [name, key] of material.keys ?? []) {
    const where = `key ${[...name].slice(0, 40).join("")}`;
    const entry = enrolled.get(name);
    if (!entry) {
      verdict.add("key_not_logged", where);
      continue;
    }
    const body = entry.body as unknown as KeyBody;
    const until = revoked.get(name)?.at ?? -1;
    const told = [body.role, body.name, body.public, entry.at, until];
    const found = [key.role, key.name, key.public, key.from, key.until];
    if (told.some((one, i) => one !== found[i])) verdict.add("key_differs", where, told, found);
    if (!selfSigned(entry) || !follows(entry, enrolled)) verdict.add("key_signature", where);
  }
}

function selfSigned(entry: Entry): boolean {
  const key = unhex((entry.body as unknown as KeyBody).public, 32);
  return entry.by === keyId(key) && entrySigned(key, entry);
}

/** Whether the key that it replaces, if any, signed the new one. */
function follows(entry: Entry, enrolled: Map<string, Entry>): boolean {
  const body = entry.body as unknown as KeyBody;
  if (!body.old) return !body.old_signature;
  const old = enrolled.get(body.old)?.body as unknown as KeyBody | undefined;
  try {
    const signature = unhex(body.old_signature, 64);
    return old !== undefined && verify(unhex(old.public, 32), signature, concat(NEW_KEY, unhex(body.public, 32)));
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

/** Whether the bytes of an entry carry this key's signature. */
export function entrySigned(key: Uint8Array, entry: Entry): boolean {
  return verify(key, entry.signature, concat(ENTRY, entry.data));
}
