/** Signed statements: an in-toto statement in a DSSE envelope (v1.0.2) with one signature, canonical to the byte. */

import { Malformed } from "../read/bytes";
import { type Dict, parse } from "../read/json";
import { unbase64 } from "../read/note";
import { IN_TOTO } from "./material";
import { need, only } from "./shape";

export interface Envelope {
  statement: Dict;
  /** The statement's exact bytes. */
  payload: Uint8Array;
  keyid: string;
  signature: Uint8Array;
}

/** The envelope's statement, whose predicate is of type `kind`. Throws Malformed. */
export function openEnvelope(data: Uint8Array, kind: string): Envelope {
  const fields = "payloadType:s payload:s signatures:l";
  const envelope = need(parse(data.subarray(0, -1)), fields);
  if (data[data.length - 1] !== 10) throw new Malformed("not an envelope");
  only(envelope, fields);
  const signatures = envelope["signatures"] as unknown[];
  if (envelope["payloadType"] !== IN_TOTO || signatures.length !== 1) throw new Malformed("an envelope of another type");
  const signed = need(signatures[0], "keyid:s sig:s");
  const payload = unbase64(envelope["payload"] as string);
  const signature = unbase64(signed["sig"] as string);
  const statement = need(parse(payload), "_type:s subject:l predicateType:s predicate:d");
  if (statement["_type"] !== "https://in-toto.io/Statement/v1" || statement["predicateType"] !== kind)
    throw new Malformed("a statement of another type");
  only(signed, "keyid:s sig:s");
  return { statement, payload, keyid: signed["keyid"] as string, signature };
}
