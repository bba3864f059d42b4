import { createHash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import type { TdReport } from '../../evidence/intel/evidence.ts';
import { u16le, u32le } from './layout.ts';

/** One thing that a TD's firmware, boot loader or kernel measured. */
export type CcelEvent = {
  /** 0 to 3: RTMR 0 has the firmware's configuration, 1 the boot loader and kernel, 2 the system, 3 the application. */
  readonly rtMr: 0 | 1 | 2 | 3;
  /** TCG PC Client Platform Firmware Profile, table 27. */
  readonly eventType: number;
  readonly event: Uint8Array;
  /** What is extended; default: SHA-384 of the event. Logs hold many events whose digest is of something else. */
  readonly digest?: Uint8Array;
};

export type ForgedCcel = {
  /** What /sys/firmware/acpi/tables/data/CCEL holds. */
  readonly log: Uint8Array;
  /** What the log replays to, for a quote that agrees with it. */
  readonly rtMr: TdReport['rtMr'];
};

const EV_NO_ACTION = 3;
const SHA384 = { id: 0x000c, bytes: 48 } as const;

/**
 * A CC event log (UEFI 2.10, 38.4; the ACPI table CCEL points to it): a crypto-agile TCG log in SHA-384 alone, whose
 * register index 0 is MRTD and 1 to 4 are RTMR 0 to 3.
 *
 * @param padding 0xff up to this size: firmware hands over the whole area it reserved
 */
export function forgeCcel(events: readonly CcelEvent[], padding = 0): ForgedCcel {
  const registers: Uint8Array[] = [0, 1, 2, 3].map(() => new Uint8Array(SHA384.bytes));
  const entries = events.map(({ rtMr, eventType, event, digest }) => {
    const measured = digest ?? sha384(event);
    if (eventType !== EV_NO_ACTION) registers[rtMr] = sha384(registers[rtMr] ?? event, measured);
    return concatBytes([
      ...[u32le(rtMr + 1), u32le(eventType), u32le(1), u16le(SHA384.id), measured],
      ...[u32le(event.length), event],
    ]);
  });
  const written = concatBytes([specIdEvent(), ...entries]);
  const log = new Uint8Array(Math.max(written.length, padding)).fill(0xff);
  log.set(written);
  const [rtMr0, rtMr1, rtMr2, rtMr3] = registers;
  if (!rtMr0 || !rtMr1 || !rtMr2 || !rtMr3) throw new RangeError('a TD has four RTMRs');
  return { log, rtMr: [rtMr0, rtMr1, rtMr2, rtMr3] };
}

/** A short, plausible boot of a TD that does not exist: firmware, boot loader and command line, system. */
export function demonstrationTdBoot(kernel = 'vmlinuz-demonstration'): readonly CcelEvent[] {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  return [
    { rtMr: 0, eventType: 0x8000000b, event: text('TdxTable') },
    { rtMr: 0, eventType: 0x04, event: new Uint8Array(4) },
    { rtMr: 1, eventType: 0x80000007, event: text('Calling EFI Application from Boot Option') },
    { rtMr: 2, eventType: 0x0d, event: text('grub_cmd: linux /vmlinuz root=/dev/demonstration ro') },
    { rtMr: 2, eventType: 0x0d, event: text(`/${kernel}`) },
  ];
}

/** TCG_EfiSpecIdEvent (TCG PC Client Platform Firmware Profile, 10.4.5.1), in register 1 as TD firmware writes it. */
function specIdEvent(): Uint8Array {
  const event = concatBytes([
    new TextEncoder().encode('Spec ID Event03\0'),
    u32le(0), // platform class: client
    Uint8Array.of(0, 2, 0, 2), // specification 2.0, errata 0, UINTN of 64 bits
    ...[u32le(1), u16le(SHA384.id), u16le(SHA384.bytes)],
    Uint8Array.of(0), // no vendor information
  ]);
  return concatBytes([u32le(1), u32le(EV_NO_ACTION), new Uint8Array(20), u32le(event.length), event]);
}

function sha384(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha384');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
