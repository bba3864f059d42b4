import type { Scalar } from '../port.ts';

const BIND = 0x42;
/** Of a Bind, behind its tag: its length, two names' ends and three counts; then for each value its format and its length. */
const FIXED_BYTES = 12;
const VALUE_BYTES = 6;
const TEXT = 0;
const BINARY = 1;
const NULL_LENGTH = -1;

/** Of the unnamed portal: Describe; Execute for all its rows, and Sync. */
const DESCRIBE = Buffer.from([0x44, 0, 0, 0, 6, 0x50, 0]);
const EXECUTE_AND_SYNC = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]);

/**
 * Runs a statement that its connection has prepared: Bind, Describe where it is asked for, Execute and Sync, in one piece (PostgreSQL,
 * "Message Formats"). Strings and numbers go as text, bytes as they are; every column comes as text.
 *
 * @param name of the prepared statement, in ASCII
 */
export function bindMessage(name: string, values: readonly Scalar[], describes: boolean): Buffer {
  const parts = values.map((value) => (typeof value === 'number' ? String(value) : value));
  let bindBytes = FIXED_BYTES + name.length;
  for (const part of parts) bindBytes += VALUE_BYTES + Math.max(0, lengthOf(part));
  const tail = (describes ? DESCRIBE.length : 0) + EXECUTE_AND_SYNC.length;
  const message = Buffer.allocUnsafe(1 + bindBytes + tail);
  let at = message.writeUInt8(BIND, 0);
  at = message.writeInt32BE(bindBytes, at);
  at = message.writeUInt8(0, at); // the unnamed portal
  at += message.write(name, at, 'latin1');
  at = message.writeUInt8(0, at);
  at = message.writeUInt16BE(parts.length, at);
  for (const part of parts) at = message.writeUInt16BE(part instanceof Uint8Array ? BINARY : TEXT, at);
  at = message.writeUInt16BE(parts.length, at);
  for (const part of parts) {
    at = message.writeInt32BE(lengthOf(part), at);
    if (typeof part === 'string') at += message.write(part, at);
    else if (part !== null) {
      message.set(part, at);
      at += part.length;
    }
  }
  at = message.writeUInt16BE(0, at); // no formats for columns: text
  if (describes) at += DESCRIBE.copy(message, at);
  EXECUTE_AND_SYNC.copy(message, at);
  return message;
}

function lengthOf(part: string | Uint8Array | null): number {
  if (part === null) return NULL_LENGTH;
  return typeof part === 'string' ? Buffer.byteLength(part) : part.length;
}
