/**
 * Reads ZIP archives by their directory: stored or deflated entries, whose checksums must be right. fflate inflates.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * It refuses what archives are abused for: entries outside of the file or on top of each other, names that come twice,
 * sizes that deflate cannot reach or that are too large together, several disks, encryption. ZIP64, for more than
 * 4 GiB, is refused too.
 */
import { quoted } from '../core/run-checks.js';
import { bytesText } from '../core/text.js';
import { crc32 } from '../core/crc32.js';
import { DataError } from './data-error.js';
import { allocate, MOST_BYTES } from './read-bytes.js';

const END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
/** The comment behind the end is at most so long. */
const LONGEST_COMMENT = 0xffff;
/** Deflate makes at most 258 bytes of 2 bits. */
export const DEFLATE_RATIO = 1032;

export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked, as the directory says. */
  readonly size: number;
  /** Unpacks it. @throws DataError if it is not what the directory says */
  bytes(): Promise<Uint8Array>;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
  /** Where its packed bytes start and end. */
  readonly start: number;
  readonly end: number;
}

/** @throws DataError */
export function zipEntries(bytes: Uint8Array, source: string): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (place: string, found: string, expected: string) => new DataError(source, place, found, expected);
  const end = endOf(view, refuse);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 6, true) !== 0) {
    throw refuse(`byte ${end}`, 'a part of an archive on several disks', 'the whole archive');
  }
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const first = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || first === 0xffffffff) {
    throw refuse(`byte ${end}`, 'ZIP64', `an archive of less than ${bytesText(MOST_BYTES)}`);
  }
  if (first + size > end) throw refuse(`byte ${end}`, 'a directory that lies outside', 'one in the file');
  const entries: Entry[] = [];
  let at = first;
  for (let i = 0; i < count; i++) {
    const { entry, next } = entryAt(view, bytes, at, first + size, first, refuse);
    entries.push(entry);
    at = next;
  }
  if (at !== first + size) throw refuse(`byte ${at}`, 'more in the directory', `${count} entries`);
  check(entries, refuse);
  return entries.map((entry) => ({ name: entry.name, size: entry.size, bytes: () => unpacked(bytes, entry, source) }));
}

type Refuse = (place: string, found: string, expected: string) => DataError;

/** Where the record at the end of the archive starts; its comment must end with the file. */
function endOf(view: DataView, refuse: Refuse): number {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  throw refuse('', 'no end of a ZIP archive', 'a whole one');
}

function entryAt(view: DataView, bytes: Uint8Array, at: number, end: number, directory: number, refuse: Refuse) {
  if (at + ENTRY_SIZE > end || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
    throw refuse(`byte ${at}`, 'no entry of the directory', 'one');
  }
  const nameLength = view.getUint16(at + 28, true);
  const next = at + ENTRY_SIZE + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw refuse(`byte ${at}`, 'an entry that is longer than the directory', 'a whole one');
  const nameBytes = bytes.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
  const name = new TextDecoder().decode(nameBytes);
  const place = `entry ${quoted(name)}`;
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const crc = view.getUint32(at + 16, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const header = view.getUint32(at + 42, true);
  if (flags & 1) throw refuse(place, 'encrypted bytes', 'an archive without a password');
  if (method !== 0 && method !== 8) throw refuse(place, `packing method ${method}`, 'stored or deflated bytes');
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) {
    throw refuse(place, 'ZIP64', `an archive of less than ${bytesText(MOST_BYTES)}`);
  }
  if (header + LOCAL_SIZE > directory || view.getUint32(header, true) !== LOCAL_HEADER) {
    throw refuse(place, `no entry at byte ${header}`, 'the one that the directory names');
  }
  const start = header + LOCAL_SIZE + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const local = bytes.subarray(header + LOCAL_SIZE, header + LOCAL_SIZE + view.getUint16(header + 26, true));
  if (local.length !== nameLength || local.some((byte, i) => byte !== nameBytes[i])) {
    throw refuse(place, `another name at byte ${header}`, 'the same as in the directory');
  }
  if (start + packed > directory) throw refuse(place, 'bytes that lie outside', 'bytes before the directory');
  return { entry: { name, method, crc, packed, size, header, start, end: start + packed }, next };
}

function check(entries: readonly Entry[], refuse: Refuse): void {
  const names = new Set<string>();
  let sum = 0;
  for (const { name, method, packed, size } of entries) {
    const place = `entry ${quoted(name)}`;
    if (names.has(name)) throw refuse(place, 'its name a second time', 'another for each entry');
    names.add(name);
    if (method === 0 ? size !== packed : size > packed * DEFLATE_RATIO) {
      throw refuse(place, `${packed} bytes that are said to hold ${size}`, 'a size that they can have');
    }
    sum += size;
    if (sum > MOST_BYTES) throw refuse(place, `${bytesText(sum)} when unpacked`, `at most ${bytesText(MOST_BYTES)}`);
  }
  const placed = entries.toSorted((a, b) => a.header - b.header);
  placed.forEach(({ name, header }, i) => {
    if (i > 0 && header < placed[i - 1]!.end) {
      throw refuse(`entry ${quoted(name)}`, `bytes of entry ${quoted(placed[i - 1]!.name)}`, 'its own');
    }
  });
}

async function unpacked(bytes: Uint8Array, entry: Entry, source: string): Promise<Uint8Array> {
  const { name, method, size, crc } = entry;
  const packed = bytes.subarray(entry.start, entry.end);
  const refuse = (found: string, expected: string) => new DataError(source, `entry ${quoted(name)}`, found, expected);
  let result = packed;
  if (method === 8) {
    const { inflateSync } = await import('fflate');
    const out = allocate(Uint8Array, size, source);
    try {
      // Given where to put them, it writes no more bytes than there is room for.
      result = inflateSync(packed, { out });
    } catch (error) {
      throw refuse(`damaged bytes (${error instanceof Error ? error.message : 'no reason given'})`, 'deflated ones');
    }
    if (result.length !== size) throw refuse(`${result.length} bytes`, `${size}, as the directory says`);
  }
  if (crc32(result) !== crc) throw refuse('damaged bytes', 'bytes with the checksum of the directory');
  return result;
}
