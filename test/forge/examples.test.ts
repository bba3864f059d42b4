import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, fromUtf8 } from '../../src/bytes/text.ts';
import { type TpmFolder, verifyTpmFolder } from '../../src/evidence/tpm/folder.ts';
import { makeExamples } from '../../src/forge/examples.ts';
import { anchorFromCertificate, parseCertificate, parsePem } from '../../src/pki/index.ts';

const committed = resolve(import.meta.dirname, '../../examples/evidence');

/** Which checks fail, as examples/evidence/README.md tells its readers. */
const VERDICTS: readonly (readonly [folder: string, failed: readonly string[]])[] = [
  ['tpm-ecc', []],
  ['tpm-rsa', []],
  ['tpm-endorsed', []],
  ['tpm-relabelled-pcr', ['tpm.quote.pcr-selection']],
  ['tpm-wrong-key', ['tpm.quote.signature']],
  ['tpm-forged-endorsement', ['tpm.ek.chain']],
];

type Folders = ReadonlyMap<string, TpmFolder>;

function readCommitted(): Folders {
  const folders = readdirSync(committed, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(
    folders.map(({ name: folder }) => {
      const names = readdirSync(join(committed, folder));
      return [
        folder,
        new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(committed, folder, name)))])),
      ];
    }),
  );
}

async function makeAnew(): Promise<Folders> {
  const bytes = (contents: Uint8Array | string): Uint8Array =>
    typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  return new Map(
    Object.entries(await makeExamples()).map(([folder, files]) => [
      folder,
      new Map(Object.entries(files).map(([name, contents]) => [name, bytes(contents)])),
    ]),
  );
}

function failedChecks(folders: Folders, folder: string): string[] {
  const files = folders.get(folder) ?? new Map<string, Uint8Array>();
  const roots = [...(folders.get('roots')?.values() ?? [])].flatMap((pem) => parsePem(fromUtf8(pem, 'root')));
  const nonce = fromUtf8(files.get('nonce.hex') ?? new Uint8Array(), 'nonce').trim();
  const { findings } = verifyTpmFolder(files, {
    policy: 'authenticity',
    at: new Date('2026-06-01T00:00:00Z'),
    anchors: roots.map((root) => anchorFromCertificate(parseCertificate(root))),
    extraData: fromHex(nonce, 'nonce'),
  });
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

describe.each([
  ['committed', async () => readCommitted()],
  ['made anew', makeAnew],
] as const)('the examples, %s', async (_, read) => {
  const folders = await read();

  it.each(VERDICTS)('hold %s, whose failed checks are %j', (folder, failed) => {
    expect(failedChecks(folders, folder)).toEqual(failed);
  });

  it('are these and no others', () => {
    expect([...folders.keys()].sort()).toEqual(['roots', ...VERDICTS.map(([folder]) => folder)].sort());
  });
});

describe('the examples', () => {
  it('are laid out as they would be made today', async () => {
    const names = (folders: Folders): unknown =>
      Object.fromEntries([...folders].map(([folder, files]) => [folder, [...files.keys()].sort()]));
    expect(names(readCommitted())).toEqual(names(await makeAnew()));
  });

  it('are explained where they lie', () => {
    const readme = readFileSync(join(committed, 'README.md'), 'utf8');
    for (const [folder, failed] of VERDICTS) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${folder}\` |`));
      expect(row).toContain(failed[0] === undefined ? 'accepted' : `refused: \`${failed[0]}\``);
    }
  });
});
