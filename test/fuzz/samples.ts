import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rawSamples } from './raw-samples.ts';
import type { Target } from './targets.ts';
import { withoutStacks } from './without-stacks.ts';

const CORPUS = resolve(import.meta.dirname, 'corpus');

/** Parts of a part of a part are samples too; deeper ones are found in others. */
const DEPTH = 4;
const MOST_PARTS = 12_000;
const LONGEST = 64 * 1024;

/**
 * Everything that the forge and the tests' own writers make, each whole and in its parts: what JSON, tokens and DER hold. Which parser reads
 * which of it nobody writes down: each is shown all, and what it accepts are its samples.
 */
export async function samplePool(): Promise<readonly Uint8Array[]> {
  const pool = new Map<string, Uint8Array>();
  const queue = (await rawSamples()).map((bytes) => ({ bytes, depth: 0 }));
  for (let next = queue.shift(); next !== undefined && pool.size < MOST_PARTS; next = queue.shift()) {
    const { bytes, depth } = next;
    if (bytes.length > LONGEST) continue;
    const name = hash('sha256', bytes);
    if (pool.has(name)) continue;
    pool.set(name, bytes);
    if (depth < DEPTH) queue.push(...partsOf(bytes).map((part) => ({ bytes: part, depth: depth + 1 })));
  }
  return [...pool.values()];
}

/** Those of the pool that a target reads, no more of them than are asked for. */
export function samplesOf({ read }: Target, pool: readonly Uint8Array[], most = 40): Uint8Array[] {
  const accepted: Uint8Array[] = [];
  withoutStacks(() => {
    for (const bytes of pool) {
      if (accepted.length < most && isRead(read, bytes)) accepted.push(bytes);
    }
  });
  return accepted;
}

function isRead(read: Target['read'], bytes: Uint8Array): boolean {
  try {
    const found = read(bytes);
    return found !== null && found !== undefined;
  } catch {
    return false;
  }
}

/** Inputs that were found once, by target; they are read again for ever. */
export function keptInputs(target: string): Uint8Array[] {
  const folder = join(CORPUS, folderOf(target));
  try {
    return readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))));
  } catch {
    return [];
  }
}

export function corpusFolder(target: string): string {
  return join(CORPUS, folderOf(target));
}

function folderOf(target: string): string {
  return target.replaceAll(/[^\w]+/g, '-');
}

function partsOf(bytes: Uint8Array): Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  if (/^\s*[{[]/.test(text)) return partsOfJson(text);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return partsOfPem(text);
  if (/^[\w-]+(?:\.[\w-]*)+~?/.test(text))
    return text.split(/[.~]/).flatMap((part) => [new Uint8Array(Buffer.from(part)), ...decoded(part)]);
  return bytes[0] === 0x30 || bytes[0] === 0x31 ? partsOfDer(Buffer.from(bytes)) : [];
}

function partsOfPem(text: string): Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)/g);
  return [...blocks].map(([, base64 = '']) => new Uint8Array(Buffer.from(base64, 'base64')));
}

function partsOfJson(text: string): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') parts.push(new Uint8Array(Buffer.from(value)), ...decoded(value));
    else if (typeof value === 'object' && value !== null) {
      parts.push(new Uint8Array(Buffer.from(JSON.stringify(value))));
      Object.values(value).forEach(walk);
    }
  };
  try {
    walk(JSON.parse(text));
  } catch {
    // Not JSON after all.
  }
  return parts;
}

function decoded(text: string): Uint8Array[] {
  if (text.length < 16) return [];
  const parts: Uint8Array[] = [];
  if (/^[\w-]+$/.test(text)) parts.push(new Uint8Array(Buffer.from(text, 'base64url')));
  if (/^[A-Za-z0-9+/\n]+=*\n?$/.test(text)) parts.push(new Uint8Array(Buffer.from(text, 'base64')));
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) parts.push(new Uint8Array(Buffer.from(text, 'hex')));
  return parts;
}

/** Every element below, and what octet and bit strings hold. */
function partsOfDer(bytes: Buffer): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 2 <= to; ) {
      const tag = bytes[at] ?? 0;
      const first = bytes[at + 1] ?? 0;
      const width = first < 0x80 ? 0 : first & 0x7f;
      if (width > 3) return;
      const length = width === 0 ? first : bytes.readUIntBE(at + 2, width);
      const content = at + 2 + width;
      if (content + length > to) return;
      if (from > 0 || at > 0) parts.push(new Uint8Array(bytes.subarray(at, content + length)));
      if ((tag & 0x20) !== 0) walk(content, content + length);
      else if (tag === 0x04) parts.push(new Uint8Array(bytes.subarray(content, content + length)));
      at = content + length;
    }
  };
  walk(0, bytes.length);
  return parts;
}
