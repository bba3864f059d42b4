import { z } from 'zod';
import type { Signer } from '../../evidence/eventlog/uefi/signer.ts';

/**
 * What a replayed log shows of a boot, as appraisal compares it and the store keeps it. Everything here was measured, and
 * stands in a PCR that the log replays to exactly; what is only the host's word is called `said`.
 */
const signer: z.ZodType<Signer> = z.object({
  event: z.number(),
  variable: z.string(),
  sha256: z.string(),
  subject: z.string().nullable(),
});

const puzzling = z.object({ event: z.number(), what: z.string() });

const secureBoot = z.object({
  /** Null where the firmware did not say, or said it twice. */
  enabled: z.boolean().nullable(),
  platformKeys: z.array(signer),
  exchangeKeys: z.array(signer),
  permitted: z.array(signer),
  /** SHA-256 of images in dbx, 32 octets each, in base64: there are hundreds. Null where dbx cannot be read. */
  revoked: z.string().nullable(),
  /** Of shim's revocations by generation: the date in its first line. */
  sbatLevel: z.string().nullable(),
  /** The keys under which something was started, in the order of their first use. */
  used: z.array(signer),
  /** shim was told not to verify what it starts (MokSBState). */
  validationDisabled: z.boolean(),
  debugMode: z.boolean(),
  dmaProtectionDisabled: z.boolean(),
  /** Events of PCR 7 that are none of those that are known here: anything might hide in them. */
  puzzling: z.array(puzzling),
});
export type SecureBoot = z.infer<typeof secureBoot>;

const image = z.object({
  event: z.number(),
  pcr: z.number(),
  digest: z.string(),
  said: z.string().nullable(),
});
export type BootImage = z.infer<typeof image>;

const commandLine = z.object({ event: z.number(), pcr: z.number(), text: z.string() });
export type CommandLine = z.infer<typeof commandLine>;

const windows = z.object({
  /** Settings under which what Windows measures of itself means less, by name. */
  weak: z.array(z.string()),
  modules: z.number(),
  /** PCR 12 and 13 were closed before anything ran that is not measured. */
  closed: z.boolean(),
});
export type WindowsBoot = z.infer<typeof windows>;

const bootOfBank = z.object({
  bank: z.string(),
  /** PCRs of that bank that the log replays to. */
  explained: z.array(z.number()),
  /** Null where the log does not replay to PCR 7. */
  secureBoot: secureBoot.nullable(),
  /** Of PCR 4: what the firmware and shim started; of PCR 2: drivers of devices. */
  loaders: z.array(image),
  optionRoms: z.array(image),
  commandLines: z.array(commandLine),
  /** Events of PCR 8 and 12 whose text the log does not hold: a command line might be among them. */
  unreadableLines: z.array(puzzling.extend({ pcr: z.number() })),
  windows: windows.nullable(),
});

export const bootState = bootOfBank.extend({
  /** What the same log shows in the other banks that were quoted. */
  otherBanks: z.array(bootOfBank).optional(),
});
export type BootState = z.infer<typeof bootState>;
