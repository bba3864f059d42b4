import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../../src/http/page/page.ts';
import { browser, describeInBrowser } from '../dashboard/browser.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

/** What the page does to sign in, and to ask for something: in the page, by the browser's own key and cookie. */
const SCRIPT = `
  const base64Url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const text = (value) => base64Url(new TextEncoder().encode(JSON.stringify(value)));
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const made = crypto.subtle.generateKey(algorithm, false, ['sign']);
  let ath;
  async function ask(method, path, body) {
    const key = await made;
    const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey);
    const claims = { htm: method, htu: location.origin + path, jti: crypto.randomUUID(), iat: Date.now() / 1000, ath };
    const signed = text({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } }) + '.' + text(claims);
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, new TextEncoder().encode(signed));
    const headers = { dpop: signed + '.' + base64Url(signature), 'idempotency-key': crypto.randomUUID() };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = response.status === 204 ? null : await response.json();
    if (answer?.sessionHash) ath = answer.sessionHash;
    return { status: response.status, answer };
  }
  globalThis.ask = ask;
`;

/** What somebody tries who has got as far as to write into the page. */
const INJECTED = `(async () => {
  const refused = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
  try {
    document.body.innerHTML = '<img src="x" onerror="globalThis.ran = true">';
  } catch (error) {
    refused.push(error.name);
  }
  const image = document.createElement('img');
  image.src = 'http://localhost:9/leak';
  document.body.append(image);
  await fetch('http://localhost:9/leak').catch(() => refused.push('fetch'));
  // What was refused is told after it was.
  for (let looks = 0; looks < 400 && !['connect-src', 'img-src'].every((one) => refused.includes(one)); looks++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  return { refused, ran: 'ran' in globalThis };
})()`;

declare const ask: (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly answer: { readonly items?: readonly object[] } }>;

describeInBrowser('other sites, and whoever took a cookie', () => {
  let folder: string;
  let verifier: TestVerifier;
  let context: BrowserContext;
  let page: Page;
  /** Another site: `localhost` is one, where the verifier is `127.0.0.1`. */
  let evil: Server;
  let evilUrl: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sextant-other-sites-'));
    writeFileSync(
      join(folder, 'index.html'),
      '<!doctype html><title>page</title><script src="/page.js"></script>',
    );
    writeFileSync(join(folder, 'page.js'), SCRIPT);
    verifier = await startTestVerifier({}, null, openPage(folder));
    const form = `<form method="post" enctype="text/plain" action="${verifier.url}/v1/parties"><input name='{"legalName":"Evil","country":"DE","x":"' value='"}'></form>`;
    evil = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><title>evil</title><iframe src="${verifier.url}/"></iframe>${form}`);
    });
    await new Promise<void>((resolve) => evil.listen(0, 'localhost', resolve));
    evilUrl = `http://localhost:${(evil.address() as AddressInfo).port}/`; // it listens on TCP
    context = await (await browser()).newContext();
    page = await context.newPage();
    await page.goto(verifier.url);
    const { id } = await verifier.principal('exporter', 'acme');
    const body = { principalId: id, label: 'page', bindWithinSeconds: 600 };
    const minted = await verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body });
    const token = String(minted.body['token']);
    const signedIn = await page.evaluate(
      (secret) => ask('POST', '/v1/page-sessions', { token: secret }),
      token,
    );
    expect(signedIn.status).toBe(201);
  });
  afterAll(async () => {
    await context.close();
    await verifier.close();
    await new Promise((resolve) => evil.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const parties = async () => (await page.evaluate(() => ask('GET', '/v1/parties'))).answer.items;

  it('leave the page as it is: it is signed in, reads and changes, and cannot read its own cookie', async () => {
    const { status } = await page.evaluate(() =>
      ask('POST', '/v1/parties', { legalName: 'Own', country: 'DE' }),
    );
    expect(status).toBe(201);
    expect(await parties()).toHaveLength(1);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await context.cookies()).toMatchObject([
      { name: `sextant-${new URL(verifier.url).port}`, httpOnly: true, sameSite: 'Strict', path: '/' },
    ]);
  });

  it('have nothing of the cookie without the key', async () => {
    const [{ name, value } = { name: '', value: '' }] = await context.cookies();
    const headers = { cookie: `${name}=${value}`, 'sec-fetch-site': 'same-origin' };
    expect(await verifier.call('GET', '/v1/parties', { headers })).toMatchObject({
      status: 401,
      body: { code: 'proof_required' },
    });
  });

  it('frame nothing, send no cookie and change nothing, by fetch or by form', async () => {
    const other = await context.newPage();
    const sent: (string | undefined)[] = [];
    other.on('request', (request) => {
      if (request.url().startsWith(`${verifier.url}/v1`))
        void request.allHeaders().then(({ cookie }) => sent.push(cookie));
    });
    await other.goto(evilUrl);
    const framed = () => other.frames().find((frame) => frame !== other.mainFrame());
    await expect.poll(() => framed()?.url()).toBe('chrome-error://chromewebdata/');
    const tried = await other.evaluate(async (url) => {
      const said = async (init: object): Promise<string> =>
        fetch(`${url}/v1/parties`, { credentials: 'include', ...init }).then(
          ({ type }) => type,
          () => 'refused',
        );
      const post = { method: 'POST', body: '{"legalName":"Evil","country":"DE"}' };
      return [
        await said({}),
        await said({ mode: 'no-cors' }),
        await said({ mode: 'no-cors', ...post }),
        await said({ ...post, headers: { dpop: 'x', 'content-type': 'application/json' } }),
      ];
    }, verifier.url);
    // `opaque` is an answer that nobody may read; where the policy of the resource forbids even that, nothing.
    expect(tried.map((said) => said === 'refused' || said === 'opaque')).toEqual([true, true, true, true]);
    const answered = other.waitForResponse(`${verifier.url}/v1/parties`);
    await other.evaluate('document.forms[0].submit()');
    expect((await answered).status()).toBe(401);
    await expect.poll(() => sent.length).toBeGreaterThan(2);
    expect(sent.filter((cookie) => cookie !== undefined)).toEqual([]);
    await other.close();
    expect(await parties()).toHaveLength(1);
  });

  it('run nothing in the page, whatever markup comes into it', async () => {
    const tried: { readonly refused: readonly string[]; readonly ran: boolean } =
      await page.evaluate(INJECTED);
    expect(tried.ran).toBe(false);
    expect(tried.refused).toEqual(expect.arrayContaining(['TypeError', 'fetch', 'connect-src', 'img-src']));
  });
});
