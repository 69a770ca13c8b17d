/**
 * A file that is only a part of a package: what a broken download or copy left, or one volume of a split package. It is
 * told from a package that somebody changed by walking the records from the first byte: a part runs into its own end
 * before the archive's.
 */

const VOLUME = /^(.+\.zip)\.([0-9]{3,6})$/is;
const MOST_RECORDS = 2_000_004;
const WINDOW = 2 ** 16;
const MEMBER = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
/** Bytes of a record without its variable fields, by signature. */
const LENGTHS: Record<number, number> = { [MEMBER]: 30, [ENTRY]: 46, 0x06064b50: 56, 0x07064b50: 20, [END]: 22 };

/** A code and what is there, of a file whose end is not that of a package; undefined where it is not a mere part. */
export async function partOf(file: Blob): Promise<[code: string, found: string] | undefined> {
  const name = file instanceof File ? file.name : "";
  const volume = VOLUME.exec(name);
  if (volume) return ["zip_volume", `volume ${Number(volume[2])} of ${volume[1]}`];
  const records = new Records(file);
  if ((await records.at(0, 4))?.getUint32(0, true) === MEMBER)
    return (await runsOut(records, file.size)) ? ["zip_cut", `${file.size} bytes without an end`] : undefined;
  const tail = await records.at(file.size - 22, 22);
  if (tail?.getUint32(0, true) !== END) return undefined;
  if (tail.getUint32(12, true) + tail.getUint32(16, true) + 22 <= file.size) return undefined;
  return ["zip_cut", `${file.size} bytes without a beginning`];
}

/** Whether the file ends inside a record or member, or where another must follow. */
async function runsOut(records: Records, length: number): Promise<boolean> {
  let at = 0;
  for (let i = 0; i < MOST_RECORDS; i++) {
    if (at >= length) return true;
    const signature = (await records.at(at, 4))?.getUint32(0, true);
    if (signature === undefined) return true;
    const fixed = LENGTHS[signature];
    if (fixed === undefined) return false;
    const record = await records.at(at, fixed);
    if (!record) return true;
    if (signature === END) return false;
    at += fixed + (await variable(records, at, record, signature));
  }
  return false;
}

/** Bytes of a record behind its fixed fields; of a member's header with the member. */
async function variable(records: Records, at: number, record: DataView, signature: number): Promise<number> {
  const field = (place: number): number => record.getUint16(place, true);
  if (signature === ENTRY) return field(28) + field(30) + field(32);
  if (signature !== MEMBER) return 0;
  const [names, extra] = [field(26), field(28)];
  let size = record.getUint32(18, true);
  if (size === 0xffffffff && extra >= 20) {
    const told = await records.at(at + 30 + names + 12, 8);
    if (told) size = Number(told.getBigUint64(0, true));
  }
  return size + names + extra;
}

/** Reads small records; those that lie close to each other with one read. */
class Records {
  private start = 0;
  private data = new DataView(new ArrayBuffer(0));

  constructor(private readonly file: Blob) {}

  /** undefined where the file ends before. */
  async at(place: number, length: number): Promise<DataView | undefined> {
    if (place < 0 || place + length > this.file.size) return undefined;
    if (place < this.start || place + length > this.start + this.data.byteLength) {
      this.start = place;
      this.data = new DataView(await this.file.slice(place, place + WINDOW).arrayBuffer());
    }
    return new DataView(this.data.buffer, place - this.start, length);
  }
}
