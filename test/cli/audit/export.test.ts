import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/text.ts';
import { parseTpmsAttestQuote } from '../../../src/evidence/tpm/index.ts';
import { verifyCheckpoint } from '../../../src/record/checkpoint.ts';
import { verifyInclusion } from '../../../src/record/inclusion.ts';
import { leafHash } from '../../../src/record/merkle.ts';
import { parseVerifierKey } from '../../../src/record/note.ts';
import { databaseOf } from '../../postgres/choice.ts';
import { sextant } from '../in-process.ts';
import { makeStory, type Story } from './story.ts';
import { describeWithTools, shell } from './tools.ts';

/** The commands that a README gives. */
const commandsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/```\n([^`]*)```/g)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );

describeWithTools('sextant audit export', () => {
  let story: Story;
  let out = '';
  let appraisal = '';
  const run = async (...args: string[]) => {
    vi.stubEnv('SEXTANT_TOKEN', story.auditor);
    try {
      return await sextant('audit', 'export', ...args);
    } finally {
      vi.unstubAllEnvs();
    }
  };

  /** What is asked of one export, each by its name. */
  const questions: (readonly [name: string, ask: () => unknown])[] = [];
  const ask = (name: string, question: () => unknown): void => void questions.push([name, question]);

  it('hands out what other people’s tools judge', { timeout: 120_000 }, async () => {
    story = await makeStory();
    const decision = await story.decide();
    out = join(story.folder, 'export');
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = join(story.folder, 'auditor.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { status, stdout, stderr } = await run(
      ...[
        story.world.server.url,
        '--decision',
        decision,
        '--out',
        out,
        '--tar',
        `${out}.tar`,
        '--sign',
        key,
        '--key',
        story.key,
      ],
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 decisions');
    const [session = ''] = readdirSync(join(out, 'appraisals'));
    appraisal = join(out, 'appraisals', session);
    for (const [name, question] of questions) {
      try {
        await question();
      } catch (cause) {
        throw new Error(`it ${name}`, { cause });
      }
    }
  });

  ask('is what its manifest says, signed by whoever exported', () => {
    expect(shell(out, 'sha256sum -c --quiet SHA256SUMS')).toEqual({ status: 0, text: '' });
    const verify =
      'openssl pkeyutl -verify -pubin -inkey manifest.pub -rawin -in manifest.json -sigfile manifest.sig';
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain(verify);
    expect(shell(out, verify).status).toBe(0);
    writeFileSync(
      join(out, 'altered.json'),
      readFileSync(join(out, 'manifest.json'), 'utf8').replace('1', '2'),
    );
    expect(shell(out, verify.replace('manifest.json', 'altered.json')).status).not.toBe(0);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest.notPerformed).toEqual([]);
    expect(manifest.decisions).toHaveLength(1);
  });

  ask('is the same in one archive', () => {
    const unpacked = `${out}-unpacked`;
    mkdirSync(unpacked);
    expect(shell(unpacked, `tar -xf ${out}.tar && diff -r . ${out}`)).toEqual({
      status: 1,
      text: `Only in ${out}: altered.json\n`,
    });
    expect(
      shell(unpacked, 'sha256sum -c --quiet SHA256SUMS && test -x $(find . -name recompute.sh | head -1)')
        .status,
    ).toBe(0);
  });

  ask('holds a quote that tpm2_checkquote accepts by the command of its README, and no other’s nonce', () => {
    const tpm = join(appraisal, 'tpm');
    const [check = ''] = commandsOf(join(tpm, 'README.md'));
    expect(check).toMatch(/^tpm2_checkquote /);
    expect(shell(tpm, check).status).toBe(0);
    const otherNonce = check.replace(/-q (..)/, (_, octet) => `-q ${octet === '00' ? '01' : '00'}`);
    expect(shell(tpm, otherNonce).status).not.toBe(0);
    const values = readFileSync(join(tpm, 'quote.pcrs'));
    // The first byte of the first value.
    values[142] = (values[142] ?? 0) ^ 1;
    writeFileSync(join(tpm, 'altered.pcrs'), values);
    expect(shell(tpm, check.replace('quote.pcrs', 'altered.pcrs')).status).not.toBe(0);
  });

  ask(
    'shows with openssl and jq alone that the quote answers the nonce, and finds any change of the submission',
    () => {
      const { extraData } = parseTpmsAttestQuote(readFileSync(join(appraisal, 'tpm/quote.msg')));
      const { status, text } = shell(appraisal, 'sh recompute.sh');
      expect(status).toBe(0);
      expect(text).toContain('Signature Verified Successfully');
      expect(text).toContain(`tpm-extra-data:  ${toHex(extraData)}`);
      const session = appraisal.split('/').at(-1);
      expect(text).toContain(`session:       ${session}`);
      expect(text).toContain(`session of it: ${session}`);
      const jws = readFileSync(join(appraisal, 'submission.jws'), 'latin1');
      const [header, payload = '', signature] = jws.split('.');
      const bent = Buffer.from(payload, 'base64url').toString('utf8').replace('"binding"', '"bindinh"');
      const altered = [header, Buffer.from(bent).toString('base64url'), signature].join('.');
      writeFileSync(join(appraisal, 'altered.jws'), altered);
      expect(shell(appraisal, 'sh recompute.sh altered.jws').status).not.toBe(0);
    },
  );

  ask('proves each act under the log’s checkpoint, as C2SP writes it', () => {
    const decisions = join(out, 'decisions');
    const folders = [appraisal, ...readdirSync(decisions).map((id) => join(decisions, id))];
    for (const folder of folders) {
      const proof = readFileSync(join(folder, 'log/act.tlog-proof'), 'utf8');
      const [head = '', ...note] = proof.split('\n\n');
      const [magic, index = '', ...hashes] = head.split('\n');
      expect(magic).toBe('c2sp.org/tlog-proof@v1');
      const checkpoint = verifyCheckpoint(note.join('\n\n'), parseVerifierKey(story.key));
      verifyInclusion({
        ...checkpoint,
        index: Number(index.replace('index ', '')),
        leaf: leafHash(readFileSync(join(folder, 'log/entry'))),
        proof: hashes.map((hash) => new Uint8Array(Buffer.from(hash, 'base64'))),
      });
    }
    const act = JSON.parse(readFileSync(join(appraisal, 'log/act.json'), 'utf8'));
    const [digest = ''] = shell(appraisal, 'sha256sum submission.jws').text.split(' ');
    expect(fromHex(digest, 'digest')).toHaveLength(32);
    expect(act.body.evidenceSha256).toBe(digest);
  });

  ask('takes a database, a period and one appraisal, and says what a database cannot prove', async () => {
    const { folder } = story.world;
    const { database = join(folder, 'sextant.db') } = await databaseOf(folder);
    const one = join(story.folder, 'one');
    const session = appraisal.split('/').at(-1) ?? '';
    expect((await run(database, '--appraisal', session, '--out', one)).stdout).toContain(
      'not there: proofs: a database signs nothing',
    );
    expect(readFileSync(join(one, 'appraisals', session, 'submission.jws'))).toEqual(
      readFileSync(join(appraisal, 'submission.jws')),
    );
    const period = join(story.folder, 'period');
    const { stdout } = await run(database, '--from', '2026-01-01T00:00:00Z', '--out', period);
    expect(stdout).toContain('4 appraisals and 3 decisions');
  });

  const REFUSED = [
    ['nothing is named', []],
    ['two things are named', ['--decision', 'd', '--appraisal', 'a']],
    ['an appraisal has a period', ['--appraisal', 'a', '--from', '2026-01-01T00:00:00Z']],
    ['an instant is none', ['--from', 'yesterday']],
    ['the folder is there', ['--appraisal', 'a', '--out', '.']],
    ['the key is none', ['--appraisal', 'a', '--sign', 'package.json']],
    ['there is no such appraisal', ['--appraisal', 'ses_none']],
  ] as const;
  ask('refuses what is unclear, unreadable or not there', async () => {
    for (const [why, given] of REFUSED) {
      const args: string[] = [...given];
      const folder = args.includes('--out') ? [] : ['--out', join(story.folder, 'never')];
      const { status, stderr } = await run(story.world.server.url, ...args, ...folder);
      expect([why, status]).toEqual([why, 2]);
      expect(stderr).toMatch(/usage|unreadable|unwritable/);
    }
  });
});
