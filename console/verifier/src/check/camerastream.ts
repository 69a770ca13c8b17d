/**
 * A camera's own signatures over originals that follow one another without a gap (ONVIF Media Signing 26.06). Each
 * (partial) GOP is answered for by a later SEI; one without a signature counts once an SEI that follows answers for it.
 */

import { hashed, signed, usable } from "../hash/camera";
import { digestOf, type Units } from "../hash/units";
import { concat, equal, Malformed } from "../read/bytes";
import { type CameraKey, leafOf } from "../read/certificate";
import { hashOfWidth, type HashName, readSigningSei, type Sei, type Told } from "../read/sei";
import { Gops, type Item, type Place } from "./cameragops";

const MOST_INVALID = 16; // signatures of an original, after which no more are tried
const NO_CERTIFICATE = "no certificate to check it with";
const UNKNOWN = "an algorithm that is not known here";

/** The certificate chains of a stream, the manufacturer's and the user's, as SEIs bring them. */
class Keys {
  private readonly chains = new Map<boolean, Uint8Array>();
  private readonly leaves = new Map<boolean, CameraKey>();

  /** False when another chain stood in its place before. */
  learn(sei: Sei): boolean {
    let same = true;
    for (const { user, pem } of sei.chains) {
      const known = this.chains.get(user);
      if (!known) this.chains.set(user, pem);
      else if (same) same = equal(known, pem);
      const leaf = this.leaves.has(user) ? undefined : leafOf(pem);
      if (leaf) this.leaves.set(user, leaf);
    }
    return same;
  }

  /** The user's key where there is one; certificate SEIs are signed with the manufacturer's alone. */
  of(certificateSei: boolean): CameraKey | undefined {
    return (certificateSei ? undefined : this.leaves.get(true)) ?? this.leaves.get(false);
  }

  get any(): boolean {
    return this.leaves.size > 0;
  }
}

interface Sign {
  sei: Sei | undefined;
  frame: number;
}

export class Stream {
  readonly h265: boolean;
  readonly hash: Told;
  readonly keys = new Keys();
  readonly findings: [code: string, where: Place][] = [];
  unchecked = "";
  nals = 0;
  proven = 0;
  start = 0;
  end = 0;
  /** Of the first SEI that answers for a GOP. */
  counter = 0;
  originals = 0;
  private invalid = 0;
  private anchor: Uint8Array = new Uint8Array();
  private readonly gops = new Gops(
    (data) => this.digest(data),
    (code, where) => this.find(code, where),
  );

  constructor(first: Units, kept: Sei | undefined) {
    this.h265 = first.h265;
    this.hash = first.hash || "sha256";
    if (kept?.signature) this.keys.learn(kept);
    if (this.hash === "?") this.unchecked = UNKNOWN;
  }

  /** The next original, all of whose slices are hashed with this stream's hash. */
  async take(units: Units): Promise<void> {
    const signs = units.signs.map(({ nal, frame }) => ({ sei: read(this.h265, nal), frame }));
    // A certificate may stand behind what it is needed for.
    for (const { sei } of signs) if (!this.keys.any && sei?.signature) this.keys.learn(sei);
    this.invalid = 0;
    let slice = !this.originals && units.far && units.whole ? units.ahead : 0;
    const slices = (until: number): void => {
      for (; slice < units.slices.length && units.slices[slice]!.before <= until; slice++) this.slice(units, slice);
    };
    for (const [i, sign] of signs.entries()) {
      if (this.unchecked === UNKNOWN) return;
      slices(i);
      await this.sign(sign);
    }
    if (this.unchecked === UNKNOWN) return;
    slices(Infinity);
    this.originals++;
  }

  finish(): void {
    this.gops.finish();
    if (!this.keys.any) this.unchecked ||= NO_CERTIFICATE;
  }

  private find(code: string, where: Place): void {
    this.findings.push([code, where]);
  }

  private digest(data: Uint8Array): Uint8Array {
    return hashed(this.hash as HashName, data);
  }

  private slice(units: Units, i: number): void {
    const { opens, frame } = units.slices[i]!;
    let digest = digestOf(units, i);
    if (opens) this.anchor = digest;
    else digest = this.digest(concat(this.anchor, digest));
    this.nals++;
    this.gops.add({ digest, opens, where: [this.originals, frame], sei: false, carries: 0 });
  }

  private async sign({ sei, frame }: Sign): Promise<void> {
    const where: Place = [this.originals, frame];
    if (!sei) return this.find("sei_malformed", where);
    const named = (sei.signature && sei.hash) || this.hash;
    if (named === "?") {
      this.unchecked = UNKNOWN;
      return;
    }
    const told = sei.gop ? hashOfWidth(sei.gop.digest.length) : this.hash;
    if (told !== this.hash || named !== this.hash) return this.find("sei_malformed", where);
    // Certificates are believed only from SEIs that are signed themselves.
    if (sei.signature && !this.keys.learn(sei)) this.find("key_changed", where);
    const holds = await this.signatureHolds(sei, where);
    if (sei.certificate) return;
    const item: Item | undefined = sei.signature
      ? undefined
      : { digest: this.digest(sei.document), opens: false, where, sei: true, carries: 0 };
    if (sei.gop) {
      this.counter ||= sei.gop.counter;
      const proven = this.gops.answer(sei, sei.gop, where, item, holds);
      this.proven += proven;
      if (proven) [this.start, this.end] = [this.start || sei.gop.start, sei.gop.end || this.end];
    }
    if (!item) return;
    this.nals++;
    this.gops.add(item);
  }

  private async signatureHolds(sei: Sei, where: Place): Promise<boolean> {
    const key = sei.signature && this.keys.of(sei.certificate);
    if (!key) return false;
    if (!usable(key)) {
      this.unchecked ||= "a key of a kind that is not known here";
      return false;
    }
    if (this.invalid >= MOST_INVALID) return false;
    const holds = await signed(key, sei.signature!, sei.document, this.hash as HashName);
    if (holds) return true;
    this.invalid++;
    this.find("signature_invalid", where);
    return false;
  }
}

function read(h265: boolean, nal: Uint8Array): Sei | undefined {
  try {
    return readSigningSei(h265, nal);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
