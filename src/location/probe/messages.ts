import { Cursor } from '../../bytes/cursor.ts';
import { PROBE_VERSION } from './wire.ts';

/** The messages of a measurement, in the order of their first use. H: from the host; L: from the landmark. */
export const MESSAGE = {
  /** H: I would like to be measured. */
  open: 1,
  /** L: then show that you receive at that address. */
  cookie: 2,
  /** H: the cookie, the permit, and a signature by the key that the permit names. */
  hello: 3,
  /** L: the landmark's half of the key agreement, signed. */
  welcome: 4,
  /** H: I have the key; begin. */
  ready: 5,
  /** L: timed. */
  probe: 6,
  /** H: timed. */
  reply: 7,
  /** L: these rounds count. */
  rounds: 8,
  /** H: my signature over them. */
  attest: 9,
  /** L: the receipt. */
  receipt: 10,
  /** L: no, and why. */
  refusal: 11,
} as const;
export type MessageName = keyof typeof MESSAGE;

const NAMES = new Map<number, MessageName>([
  [MESSAGE.open, 'open'],
  [MESSAGE.cookie, 'cookie'],
  [MESSAGE.hello, 'hello'],
  [MESSAGE.welcome, 'welcome'],
  [MESSAGE.ready, 'ready'],
  [MESSAGE.probe, 'probe'],
  [MESSAGE.reply, 'reply'],
  [MESSAGE.rounds, 'rounds'],
  [MESSAGE.attest, 'attest'],
  [MESSAGE.receipt, 'receipt'],
  [MESSAGE.refusal, 'refusal'],
]);

/** What a datagram says it is, by its first two bytes; null where it is none of this protocol's. */
export function messageName(datagram: Uint8Array): MessageName | null {
  if (datagram[0] !== PROBE_VERSION) return null;
  return NAMES.get(datagram[1] ?? 0) ?? null;
}

/** Why a landmark does not measure. */
export const REFUSALS = [
  'cookie',
  'permit',
  'used',
  'signature',
  'key',
  'busy',
  'stopping',
  'transcript',
] as const;
export type RefusalReason = (typeof REFUSALS)[number];

/** A cursor behind the header of a message whose name is known. */
export function bodyOf(datagram: Uint8Array, name: MessageName): Cursor {
  const cursor = new Cursor(datagram, name);
  cursor.take(2, 'header');
  return cursor;
}
