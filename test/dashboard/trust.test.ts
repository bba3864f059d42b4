import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatPem } from '../../src/bytes/pem.ts';
import type { Answer, TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { issueRoot } from '../pki/issue.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

const value = (number: number): string => number.toString(16).padStart(64, '0');
const setOf = (version: string, from: number, count: number, name = 'hgx-h100') => ({
  kind: 'tpm-pcrs',
  name,
  version,
  publisher: 'Hekla',
  bank: 'sha256',
  pcrs: { '4': Array.from({ length: count }, (_, place) => value(from + place)), '7': [value(1)] },
  sealed: false,
});

describeInBrowser('trust inputs, on the page', () => {
  let verifier: TestVerifier;
  let proposer: TestPrincipal;
  let approver: TestPrincipal;
  beforeAll(async () => {
    verifier = await startPageVerifier();
    proposer = await verifier.principal('authority', 'bureau');
    approver = await verifier.principal('authority', 'bureau');
    await approve(await propose('reference-set', setOf('1', 100, 60)));
  });
  afterAll(() => verifier.close());

  const propose = async (kind: string, content: object): Promise<Answer> => {
    const body = { kind, content };
    const answer = await verifier.call('POST', '/v1/trust-inputs', { token: proposer.token, body });
    expect(answer.status).toBe(201);
    return answer;
  };
  const approve = ({ body }: Answer): Promise<Answer> =>
    verifier.call('POST', `/v1/trust-inputs/${body['id']}/approval`, {
      token: approver.token,
      body: { digest: body['digest'] },
    });
  const enter = (person: TestPrincipal, path?: string): Promise<Visit> => visitAs(person, verifier, path);
  const fill = async ({ page }: Visit, action: string, reason: string | null): Promise<void> => {
    await pressOn(page, page.getByRole('button', { name: action }));
    const dialog = page.getByRole('dialog', { name: action });
    if (reason !== null) {
      await tabTo(page, dialog.getByLabel('Reason'));
      await page.keyboard.insertText(reason);
    }
    await pressOn(page, dialog.getByRole('button', { name: action }));
    await dialog.waitFor({ state: 'detached' });
  };

  it('are proposed from a file by one person, and compared and approved by another, by keyboard alone', async () => {
    const first = await enter(proposer);
    const { page } = first;
    await pressOn(page, page.getByRole('link', { name: 'Trust inputs' }));
    await page.getByRole('row', { name: /hgx-h100.*In force/ }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('link', { name: 'Propose a version …' }));
    const chooser = page.waitForEvent('filechooser');
    await pressOn(page, page.getByLabel(/^JSON, PEM/));
    const buffer = Buffer.from(JSON.stringify(setOf('2', 103, 66)));
    await (await chooser).setFiles({ name: 'set.json', mimeType: 'application/json', buffer });
    await page.getByText('9 added · 3 removed · 1 changed · 63 the same').waitFor();
    await page.getByText('No host would stand otherwise than now.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Propose', exact: true }));
    await page.getByRole('heading', { level: 1, name: 'hgx-h100, version 2 Proposed' }).waitFor();
    const own = page.getByRole('button', { name: 'Approve …' });
    await expect.poll(() => own.getAttribute('aria-disabled')).toBe('true');
    await pressOn(page, own);
    await page.getByText('You proposed it: somebody else approves it.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);

    const second = await enter(approver);
    const there = second.page;
    await pressOn(there, there.getByRole('link', { name: 'Trust inputs' }));
    await pressOn(there, there.getByRole('row', { name: /hgx-h100.*2.*Proposed/ }));
    await there.getByText('9 added · 3 removed · 1 changed · 63 the same').waitFor();
    await tabTo(there, there.getByLabel('Find a member or value'));
    await there.keyboard.insertText(value(168));
    const compared = there.getByRole('region', { name: 'Compared with another version' });
    await expect.poll(() => compared.locator('dd').allInnerTexts()).toEqual([`Added\n${value(168)}`]);
    expect(await faultsOf(there)).toEqual([]);
    await fill(second, 'Approve …', null);
    await there.getByRole('heading', { level: 1, name: 'hgx-h100, version 2 In force' }).waitFor();
    // Whoever proposed it sees so without doing anything.
    await page.getByRole('heading', { level: 1, name: 'hgx-h100, version 2 In force' }).waitFor();
    await first.end();
    await second.end();
  });

  it('are refused with a reason, are inert whatever they say, and name their certificates', async () => {
    const root = issueRoot();
    const certificates = formatPem('CERTIFICATE', root.der);
    const { body } = await propose('anchors', {
      name: 'makers',
      version: HOSTILE['markup']?.slice(0, 90),
      purpose: 'tpm-ek',
      certificates,
    });
    const here = await enter(approver, `/trust/${body['id']}`);
    const { page } = here;
    await page.getByRole('row', { name: root.certificate.sha256 }).getByText('In date').waitFor();
    await fill(here, 'Refuse …', String(HOSTILE['script']));
    await page.getByRole('heading', { level: 1, name: /Refused$/ }).waitFor();
    await page.getByText(String(HOSTILE['script']), { exact: true }).waitFor();
    for (const name of ['Approve …', 'Refuse …', 'Withdraw …'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('are shown to nobody whose role does not read them', async () => {
    const made = await propose('reference-set', setOf('1', 1, 1, 'secret'));
    const exporter = await verifier.principal('exporter', 'chips');
    const here = await enter(exporter, `/trust/${made.body['id']}`);
    await here.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await here.page.getByRole('link', { name: 'Trust inputs' }).count()).toBe(0);
    await here.end();
  });
});
