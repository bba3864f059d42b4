import { z } from 'zod';
import { hexValues } from '../hex.ts';
import type { bank } from './registers.ts';

/** A digest of the longest bank that may be named. */
const imageDigest = z.string().regex(/^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/, 'must be a digest');

const glob = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[!-~]+$/, 'must be printable, without spaces');

const dbx = z
  .strictObject({
    contains: hexValues(32).max(1024).optional().describe('Images, by SHA-256, that dbx must revoke.'),
    minimumEntries: z
      .int()
      .min(1)
      .max(16_384)
      .optional()
      .describe(
        'So many images must be revoked, whichever. Weaker: whoever may write dbx may fill it with anything.',
      ),
  })
  .describe("The revocations that the firmware must hold: its dbx's level.");

const kernelCommandLine = z
  .strictObject({
    pcr: z
      .literal([8, 12])
      .describe('Where the boot loader measures it: 8 for GRUB, 12 for systemd-boot and systemd-stub.'),
    arguments: z
      .array(glob)
      .min(1)
      .max(256)
      .describe(
        'Every argument, the path of the kernel first, must fit one of these; `*` stands for any printable ASCII characters but quotation marks.',
      ),
    required: z.array(glob).max(256).optional().describe('Each of these must be fitted by some argument.'),
  })
  .describe('What GRUB, systemd-boot or systemd-stub handed the kernel, of every kernel that was started.');

/**
 * What a boot must have been by its log, instead of by the digests of its registers: a kernel that the same signer signed
 * then loses nothing. It rests on a log that replays exactly to every quoted PCR of the firmware, and on the firmware that
 * wrote its beginning, so that the set must name PCR 0.
 */
export const bootRules = z
  .strictObject({
    secureBoot: z.literal(true).describe('Secure Boot is on, in the log and in shim.'),
    signers: hexValues(32)
      .max(64)
      .describe(
        'SHA-256 of the certificates, DER, under which alone anything was started (db, shim, MOK); of an image that db names by digest, that digest.',
      ),
    dbx: dbx.optional(),
    minimumSbatLevel: z
      .string()
      .regex(/^[0-9]{10}$/)
      .optional()
      .describe("The date of shim's revocations (SbatLevel), as it writes it, must not be below this."),
    loaders: z
      .array(z.array(imageDigest).min(1).max(8))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'The images that PCR 4 must begin with, in order, one list for each way; behind them only what a signer signed.',
      ),
    kernelCommandLine: kernelCommandLine.optional(),
    withoutDmaProtection: z
      .literal(true)
      .optional()
      .describe('Accept firmware that says that DMA protection is off.'),
    windows: z
      .literal(true)
      .optional()
      .describe(
        'The hosts run Windows: PCR 12 and 13 must show a start without debugging, test signing and the like.',
      ),
  })
  .describe('What the boot log must show, where the set rests on it instead of on digests alone.');
export type BootRules = z.infer<typeof bootRules>;

/** The algorithm and digest of a file, as IMA's log has them. */
const fileDigest = z
  .string()
  .regex(
    /^(?:verity:)?(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/,
    'must be sha256, sha384 or sha512, a colon and a digest',
  );

export const imaRules = z
  .strictObject({
    allowed: z.array(fileDigest).min(1).max(50_000).describe('Digests of files that may be run or read.'),
    ignored: z
      .array(z.string().min(2).max(500).startsWith('/'))
      .max(256)
      .optional()
      .describe('Files whose path begins so are not compared. Whoever may write there may run anything.'),
    sha1Templates: z
      .literal(true)
      .optional()
      .describe(
        'Accept kernels before 5.8, which hash the entries of the log with SHA-1 in every bank: who can afford a collision runs a file that the log does not show.',
      ),
  })
  .describe("Every entry of the host's IMA log must be in this list. Asked when the host attests.");
export type ImaRules = z.infer<typeof imaRules>;

type Set = {
  readonly bank: z.infer<typeof bank>;
  readonly pcrs: Readonly<Record<string, unknown>>;
  readonly boot?: BootRules | undefined;
};

/** Rules that could not hold what they promise are refused, each with its reason. */
export function demandSoundBoot({ pcrs, boot }: Set, context: z.RefinementCtx): void {
  if (boot === undefined) return;
  const refuse = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  if (pcrs['0'] === undefined) {
    refuse(['pcrs'], 'must name PCR 0: whoever replaces the firmware writes the boot log as he likes');
  }
  if (boot.kernelCommandLine !== undefined && boot.loaders === undefined) {
    refuse(
      ['boot', 'loaders'],
      'must be given: a kernel that is started by something else has a command line that nobody measured',
    );
  }
}
