/** All eight verdicts on a package, in the order of verify.py. What cannot be read is itself a verdict. */

import type { Pool } from "../hash/pool";
import { Malformed } from "../read/bytes";
import { type Container, openFolder, openZip, printable, Unreadable } from "../read/container";
import type { Trust } from "../read/trust";
import type { Report } from "../report";
import { checkAudible } from "./audible";
import { checkAuthentic } from "./authentic";
import { checkCameraSignature } from "./camera";
import { followCameras, type Signing } from "./camerarows";
import { checkComplete } from "./complete";
import { checkCustody } from "./custody";
import { checkDerivations } from "./derivation";
import { checkDestroyed } from "./destroyed";
import { openEnvelope } from "./envelope";
import { load } from "./forms";
import { type Frames, readFrames } from "./frames";
import { checkImportedFiles } from "./imported";
import { checkIntact, TAG_MANIFEST } from "./intact";
import { checkLogged } from "./logged";
import { MOST_META, Material, STATEMENT } from "./material";
import { tellPlaces } from "./places";
import { checkPlayable } from "./playable";
import { gatherRuns } from "./runs";
import { checkStamp } from "./stamp";
import { checkTime } from "./time";
import { settle } from "./trust";
import { Verdicts } from "./verdicts";

export interface Source {
  file: File | null;
  folder: { path: string; file: File }[];
}

/** A package that was opened; its bytes are read once, however often the verdicts are asked for. */
export class Opened {
  private container: Container | undefined;
  private frames: Frames | undefined;
  private signing: Signing | undefined;
  private failure: Unreadable | undefined;

  private constructor(readonly name: string) {}

  static async open(source: Source): Promise<Opened> {
    const opened = new Opened(printable(source.file?.name ?? source.folder[0]?.path.split("/")[0] ?? "", 200));
    try {
      opened.container = source.file ? await openZip(source.file) : openFolder(source.folder);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      opened.failure = error;
    }
    return opened;
  }

  get files(): Map<string, Blob> {
    return this.container?.files ?? new Map<string, Blob>();
  }

  /** Bytes that a check reads, about. */
  get size(): number {
    return [...this.files.values()].reduce((sum, blob) => sum + blob.size, 0);
  }

  async verdicts(given: Trust | undefined, pool: Pool, hashed: () => void): Promise<{ report: Report; material: Material }> {
    const verdicts = new Verdicts();
    verdicts.package = this.name;
    verdicts.trust = given && given.kind !== "wrong" ? "given" : "none";
    const { container } = this;
    if (!container) {
      const { code, where, message } = this.failure!;
      verdicts.of(1).add(code, where, "package format", message);
      verdicts.nothingRead("zip");
      return { report: verdicts.told(), material: new Material() };
    }
    if (await isAuditExport(container)) {
      verdicts.of(1).add("audit_export", STATEMENT);
      verdicts.nothingRead(STATEMENT);
      hashed();
      return { report: verdicts.told(), material: new Material() };
    }
    const material = await load(container, verdicts);
    if (material.statement) verdicts.package = printable(material.statement.predicate.package, 200);
    this.frames ??= await readFrames(container, material, pool);
    this.signing ??= await followCameras(container, material, this.frames, pool);
    hashed();
    const trusted = await settle(verdicts, container, given);
    checkAuthentic(verdicts, material, trusted);
    const seen = await checkLogged(verdicts, container, material, trusted);
    const runs = gatherRuns(material);
    checkComplete(verdicts, material, runs, this.frames.digests);
    checkDestroyed(verdicts, material, runs);
    checkImportedFiles(verdicts, material, runs, this.frames.digests);
    checkTime(verdicts, material, runs, seen);
    await checkStamp(verdicts.of(5), container, material);
    checkPlayable(verdicts, material, this.frames);
    checkAudible(verdicts, material, this.frames);
    await checkDerivations(verdicts, container, material, this.frames.digests);
    checkCustody(verdicts, material);
    checkCameraSignature(verdicts, this.frames, this.signing);
    await checkIntact(verdicts, container, material, this.frames.digests, this.frames.crcDiffers);
    const tag = this.frames.digests.get(TAG_MANIFEST);
    if (tag) verdicts.of(1).facts["tagmanifest_sha256"] = tag;
    tellPlaces(verdicts, material);
    return { report: verdicts.told(), material };
  }
}

const AUDIT_EXPORT = "urn:saksi:audit-export:1";

/** Whether it says that it is an export of the audit trail, which verify.py checks and this page does not. */
async function isAuditExport(container: Container): Promise<boolean> {
  const blob = container.files.get(STATEMENT);
  if (!blob || blob.size > MOST_META) return false;
  try {
    openEnvelope(new Uint8Array(await blob.arrayBuffer()), AUDIT_EXPORT);
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
