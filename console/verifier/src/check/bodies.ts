/** The parts of a statement and the bodies of entries, as far as the checks rely on them. Throws Malformed. */

import { DERIVATIVES_ONLY } from "./material";
import { Malformed } from "../read/bytes";
import type { Dict } from "../read/json";
import { need, needRows, unhex } from "./shape";

type List = Dict[string][];

export function checkPredicate(statement: Dict): void {
  const told = need(
    statement["predicate"],
    "package:s case:s export:s made_at:i request:d meta:d checkpoint:d exhibits:l cameras:l files:l",
  );
  need(told["checkpoint"], "origin:s size:i root:s");
  for (const subject of statement["subject"] as List) need(need(subject, "name:s digest:d")["digest"], "sha256:s");
  for (const exhibit of told["exhibits"] as List) {
    const one = need(exhibit, "exhibit:s from:i to:i cameras:l");
    if (!(one["cameras"] as List).every((name) => typeof name === "string")) throw new Malformed("cameras are not names");
  }
  for (const camera of told["cameras"] as List) {
    const one = need(camera, "camera:s exhibit:s gaps:l from:i to:i chunks:i bytes:i frames:i");
    needRows(one["gaps"], ["i", "i", "s"]);
    needRows(Object.hasOwn(one, "missing") ? one["missing"] : [], ["s", "i", "s"]);
  }
  for (const file of told["files"] as List) checkFile(file);
  if (Object.hasOwn(told, "only") && told["only"] !== DERIVATIVES_ONLY) throw new Malformed("a package of another choice");
  needRows(Object.hasOwn(told, "imported_files") ? told["imported_files"] : [], ["s", "s"]);
  if (!Object.values(told["meta"] as Dict).every((digest) => typeof digest === "string"))
    throw new Malformed("digests of meta files are not text");
}

function checkFile(file: unknown): void {
  const one = need(file, "path:s class:s size:i sha256:s");
  if (one["class"] === "master") need(one, "camera:s run:s seq:i");
  else if (one["class"] === "court") {
    need(one, "exhibit:s camera:s nal_sha256:s nals:i pieces:l");
    for (const piece of one["pieces"] as List) need(piece, "run:s seq:i first:i last:i");
    checkSound(one);
  } else if (one["class"] === "import") need(one, "camera:s run:s");
  else if (one["class"] !== "processed") throw new Malformed("a file of no known class");
}

/** What a court file says of its sound, all of it or nothing. */
function checkSound(court: Dict): void {
  const names = ["sound_sha256", "sounds", "sound_pieces", "silences"];
  if (!names.some((name) => Object.hasOwn(court, name))) return;
  need(court, "sound_sha256:s sounds:i sound_pieces:l silences:l");
  for (const piece of court["sound_pieces"] as List) need(piece, "run:s seq:i first:i last:i");
  needRows(court["silences"], ["i", "i"]);
}

/** That the body of an entry has what its kind needs. */
export function checkBody(kind: string, body: Dict): void {
  if (kind === "key") checkKey(body);
  else if (kind === "run") checkRun(body);
  else if (kind === "seal") {
    need(body, "camera:s run:s first:i last:i n:i bytes:i frames:i chain_in:s chain_out:s root:s gaps:l");
    needRows(body["gaps"], ["i", "i", "s"]);
    for (const name of ["chain_in", "chain_out", "root"]) unhex(body[name], 32);
  } else if (kind === "pulse") {
    need(body, "n:i root:s clock:d checkpoint:s checkpoint_size:i");
    unhex(body["root"], 32);
  } else if (kind === "hold") {
    need(body, "hold:s action:s spans:l commitment:s");
    needRows(body["spans"], ["s", "i", "i"]);
  } else if (kind === "custody") need(body, "event:s commitment:s");
  else if (kind === "import") {
    need(body, "event:s camera:s run:s file:s");
    if (body["event"] === "import") need(body, "size:i start:i commitment:s");
  } else if (kind === "purge" || kind === "thinned") checkRetention(body);
}

/** A notice of a purge, its end, or what is told of thinned chunks. */
function checkRetention(body: Dict): void {
  need(body, "event:s");
  if (body["event"] === "notice") need(body, "purge:i due:i");
  else if (body["event"] === "done") unhex(need(need(body, "purge:i tombstones:d")["tombstones"], "n:i root:s")["root"], 32);
  else if (body["event"] === "thinned") unhex(need(body, "camera:s n:i root:s")["root"], 32);
}

function checkKey(body: Dict): void {
  need(body, "action:s");
  if (body["action"] === "enrol") {
    need(body, "role:s name:s public:s old:s old_signature:s");
    unhex(body["public"], 32);
  } else if (body["action"] === "revoke") need(body, "key:s");
}

function checkRun(body: Dict): void {
  need(body, "event:s");
  if (body["event"] === "open") {
    need(body, "opening:d");
    const opening = need(body["opening"], "t:s reason:s camera:s run:s epoch:i recorder:s parent:s at:i");
    unhex(opening["parent"], 32);
    if (Object.hasOwn(opening, "origin")) unhex(need(opening, "origin:s file:s")["file"], 32);
  } else if (body["event"] === "close") {
    need(body, "closing:d tip:s");
    need(body["closing"], "t:s camera:s run:s last_seq:i reason:s at:i");
    unhex(body["tip"], 32);
  }
}
