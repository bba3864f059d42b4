import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DeviceQuote } from '../agent/tpm/port.ts';
import { parsePcrChoice } from '../agent/tpm/selection.ts';
import { concatBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/text.ts';
import { writePcrFile } from '../evidence/tpm/write-pcr-file.ts';
import { makeEkCa } from './tpm/ek-ca.ts';
import { relabelPcr } from './tpm/misbehave.ts';

import { SoftwareTpm } from './tpm/software-tpm.ts';

/**
 * Makes examples/evidence anew: `node src/forge/examples.ts examples/evidence`.
 *
 * The layout, the challenge, the dates and what was "booted" are fixed. Keys are not: every run makes new ones, keeps none
 * of them, and so changes every file that a key signs. Private keys of published evidence would only invite somebody to
 * trust its root.
 */

/** Before any reader's clock; the certificates hold for thirty years from here. */
const MADE_AT = new Date('2025-01-01T00:00:00Z');

/** What the quotes answer, in place of a verifier's nonce. */
const NONCE = new Uint8Array(createHash('sha256').update('sextant examples').digest());

type Files = { readonly [name: string]: Uint8Array | string };

const raw = ({ pcrs }: DeviceQuote): Uint8Array =>
  concatBytes([...pcrs.values()].flatMap((values) => [...values.values()]));

const text = (value: string): string => `${value}\n`;

/** Folders by name, each the files of one piece of evidence, and `roots`. */
export async function makeExamples(): Promise<{ readonly [folder: string]: Files }> {
  const clock = (): Date => MADE_AT;
  const ca = makeEkCa(MADE_AT);
  const ecc = new SoftwareTpm({ ca, clock, ek: 'ecc384', ak: 'ecc' });
  const rsa = new SoftwareTpm({ ca, clock, ek: 'rsa2048', ak: 'rsa' });
  // Same name, another key: all that a forger without the manufacturer's key can do.
  const forged = new SoftwareTpm({ ca: makeEkCa(MADE_AT), clock });
  const request = { extraData: NONCE, choice: parsePcrChoice('sha256:0-9,14') };

  const quoted = async (tpm: SoftwareTpm): Promise<{ quote: DeviceQuote; files: Files }> => {
    const quote = await tpm.quote(request);
    const files = {
      'quote.msg': quote.quote,
      'quote.sig': quote.signature,
      'quote.pcrs': raw(quote),
      'ak.pub': (await tpm.createOrLoadAk()).akPublic,
      'nonce.hex': text(toHex(NONCE)),
    };
    return { quote, files };
  };
  const logOf = async (tpm: SoftwareTpm): Promise<Files> => {
    const eventlog = await tpm.readEventLog();
    return eventlog === null ? {} : { eventlog };
  };
  const endorsementOf = async (tpm: SoftwareTpm): Promise<Files> => {
    const { ekCertificate, ekPublic } = await tpm.readEndorsement();
    return { 'ek.der': ekCertificate, 'ek.pub': ekPublic };
  };

  const eccQuote = await quoted(ecc);
  const rsaQuote = await quoted(rsa);
  const forgedQuote = await quoted(forged);
  // The TPM signed PCR 16, which any program may reset and extend; the file calls its value PCR 10.
  const resettable = await ecc.quote({ ...request, choice: parsePcrChoice('sha256:0-7,16') });
  return {
    'tpm-ecc': { ...eccQuote.files, ...(await logOf(ecc)) },
    'tpm-rsa': { ...rsaQuote.files, 'quote.pcrs': writePcrFile(rsaQuote.quote.pcrs) },
    'tpm-endorsed': { ...eccQuote.files, ...(await logOf(ecc)), ...(await endorsementOf(ecc)) },
    'tpm-relabelled-pcr': {
      ...eccQuote.files,
      'quote.msg': resettable.quote,
      'quote.sig': resettable.signature,
      'quote.pcrs': writePcrFile(relabelPcr(resettable, 'sha256', 16, 10).pcrs),
    },
    'tpm-wrong-key': { ...eccQuote.files, 'ak.pub': (await forged.createOrLoadAk()).akPublic },
    'tpm-forged-endorsement': { ...forgedQuote.files, ...(await endorsementOf(forged)) },
    roots: { 'demonstration-ek-root.pem': ca.rootPem },
  };
}

async function writeExamples(target: string): Promise<void> {
  for (const [folder, files] of Object.entries(await makeExamples())) {
    await mkdir(join(target, folder), { recursive: true });
    for (const [name, contents] of Object.entries(files))
      await writeFile(join(target, folder, name), contents);
  }
}

if (import.meta.main) await writeExamples(resolve(process.argv[2] ?? 'examples/evidence'));
