import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseVerifierKey, verifyReceipt } from '../../src/record/index.ts';
import type { Role } from '../../src/service/principal.ts';
import { REYKJAVIK } from '../end-to-end/landmarks.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { chooseFirst, pressOn, tabTo } from './keyboard.ts';
import { beginLicensed, type LicensedGuest } from './licensed-guest.ts';
import { type Visit, visitAs } from './visit.ts';

/** The files of a tar archive, by their paths (POSIX ustar; no name here is long). */
function unpacked(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; archive[at] !== 0; ) {
    const text = (offset: number, length: number): string =>
      archive.toString('latin1', at + offset, at + offset + length).replace(/\0.*$/, '');
    const size = Number.parseInt(text(124, 12), 8);
    files.set(text(0, 100), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** As a field for dates takes it. */
const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describeInBrowser('an auditor, on the page', () => {
  let guest: LicensedGuest;
  beforeAll(async () => {
    guest = await beginLicensed();
    await guest.attestsAt(REYKJAVIK);
  });
  afterAll(() => guest.world.close());

  const enter = async (role: Role, tenant: string, path?: string): Promise<Visit> => {
    const { verifier } = guest.world;
    return visitAs(await verifier.principal(role, tenant), verifier, path);
  };
  const saved = async ({ page }: Visit, button: string): Promise<{ name: string; bytes: Buffer }> => {
    const download = page.waitForEvent('download');
    await pressOn(page, page.getByRole('button', { name: button }));
    const name = (await download).suggestedFilename();
    return { name, bytes: await readFile(await (await download).path()) };
  };

  it('checks that a decision stands in the log, and takes its evidence along, by keyboard alone', async () => {
    const { verifier } = guest.world;
    const decisionId = await guest.decide();
    const here = await enter('auditor', 'gao', `/decisions/${decisionId}`);
    const { page } = here;
    const archive = await saved(here, 'Save the evidence (tar)');
    expect(archive.name).toBe(`decision-${decisionId}.tar`);
    const files = unpacked(archive.bytes);
    const [evidence] = [...files.keys()].filter((path) => path.endsWith('/evidence.bin'));
    const folder = evidence?.replace('/evidence.bin', '');
    expect([...files.keys()].sort()).toEqual([
      `${folder}/appraisal.json`,
      `${folder}/evidence.bin`,
      `${folder}/receipt.json`,
      'decision.json',
      'manifest.json',
      'receipt.json',
      'weighed.json',
    ]);
    const json = (path: string) => JSON.parse(String(files.get(path)));
    const sha256 = (path: string) =>
      createHash('sha256')
        .update(files.get(path) ?? '')
        .digest('hex');
    expect(json('manifest.json').notPerformed).toEqual([]);
    for (const [path, digest] of Object.entries(json('manifest.json').sha256))
      expect(sha256(path)).toBe(digest);
    const key = parseVerifierKey((await (await fetch(`${verifier.url}/v1/log/key`)).text()).trim());
    const { leafIndex } = verifyReceipt(json('receipt.json'), key);
    verifyReceipt(json(`${folder}/receipt.json`), key);
    expect(json(`${folder}/receipt.json`).act.body.evidenceSha256).toBe(sha256(String(evidence)));
    expect(await faultsOf(page)).toEqual([]);

    await pressOn(page, page.getByRole('link', { name: String(leafIndex), exact: true }));
    await page.getByRole('heading', { name: `Act ${leafIndex}` }).waitFor();
    const included = page.locator('.checks__check', { hasText: 'log.receipt.inclusion' });
    await included.getByText('Passed').waitFor();
    await page.getByText(decisionId).first().waitFor();
    const answer = await saved(here, 'Decision, as answered');
    expect(JSON.parse(String(answer.bytes))).toEqual(json('decision.json'));

    await pressOn(page, page.getByRole('link', { name: 'Reports' }));
    await chooseFirst(page, page.getByLabel('Licence'));
    const report = await saved(here, 'Save the report');
    expect(String(report.bytes)).toContain(decisionId);
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('has devices drawn and challenged, sees what came of it, and takes the proof along', async () => {
    const here = await enter('auditor', 'gao');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Challenges' }));
    await pressOn(page, page.getByRole('link', { name: 'Order a challenge …' }));
    await chooseFirst(page, page.getByLabel('Licence'));
    await tabTo(page, page.getByLabel('Reason'));
    await page.keyboard.insertText(String(HOSTILE['markup']));
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Order and draw' }));
    await page.getByRole('heading', { level: 1, name: /Challenge chl_.* Under way/ }).waitFor();
    const drawn = page.getByRole('region', { name: 'Devices that were drawn' });
    await drawn.getByRole('row', { name: guest.deviceId }).getByText('Awaited').waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await faultsOf(page)).toEqual([]);
    await guest.attestsAt(REYKJAVIK);
    await drawn.getByRole('row', { name: guest.deviceId }).getByText('Answered').waitFor();
    const proof = JSON.parse(String((await saved(here, 'Save the proof of the draw')).bytes));
    expect(proof.population).toEqual([guest.deviceId]);
    await here.end();
  });

  it('records what was found at a facility, which the authority approves; nobody does who has a part in it', async () => {
    const fill = async ({ page }: Visit): Promise<void> => {
      await chooseFirst(page, page.getByLabel('Facility'));
      await page.getByLabel('Audited on').fill(dayFromNow(-10));
      await page.getByLabel('Valid until').fill(dayFromNow(300));
      const chooser = page.waitForEvent('filechooser');
      await pressOn(page, page.getByLabel('Report'));
      const buffer = Buffer.from('a report');
      await (await chooser).setFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer });
      await page.getByText(createHash('sha256').update('a report').digest('hex')).waitFor();
      await tabTo(page, page.getByLabel('Findings'));
      await page.keyboard.insertText('Every seal was whole.');
      await pressOn(page, page.getByRole('button', { name: 'Record', exact: true }));
    };
    const related = await enter('auditor', 'chips', '/audits/record');
    await fill(related);
    await related.page.getByRole('alert').getByText('the auditor is related to').waitFor();
    expect(await faultsOf(related.page)).toEqual([]);
    await related.end();

    const auditor = await enter('auditor', 'gao', '/audits/record');
    await fill(auditor);
    await auditor.page.getByRole('heading', { level: 1, name: /Waiting for approval$/ }).waitFor();
    expect(await faultsOf(auditor.page)).toEqual([]);

    const authority = await enter('authority', 'bureau');
    const { page } = authority;
    await pressOn(page, page.getByRole('link', { name: 'Facility audits' }));
    await pressOn(page, page.getByRole('row', { name: /Waiting for approval/ }));
    await pressOn(page, page.getByRole('button', { name: 'Approve …' }));
    const dialog = page.getByRole('dialog', { name: 'Approve …' });
    await pressOn(page, dialog.getByRole('button', { name: 'Approve …' }));
    await auditor.page.getByRole('heading', { level: 1, name: /(In force|Ends within 30 days)$/ }).waitFor();
    await auditor.end();
    await authority.end();
  });
});
