import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hostKeyFrom } from '../../../src/agent/host-key.ts';
import { verifierClient } from '../../../src/agent/verifier/client.ts';
import { useProxyOf } from '../../../src/agent/verifier/proxy.ts';
import { formatPem } from '../../../src/bytes/pem.ts';
import { type Issued, issueLeaf, issueRoot } from '../../pki/issue.ts';
import { plain, subjectAltName } from '../../pki/issue-extensions.ts';

const hostKey = hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const NAME = 'verifier.test';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A verifier by TLS, which nobody's resolver knows: only the proxy can reach it. */
function tlsVerifier(root: Issued): Promise<number> {
  const leaf = issueLeaf(root, { extensions: { '2.5.29.17': plain(subjectAltName(`dns:${NAME}`)) } });
  const key = leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createHttpsServer({ key, cert: formatPem('CERTIFICATE', leaf.der) }, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{"fine":true}');
  });
  return listening(server);
}

/** A proxy as companies have it: CONNECT, and whatever passes through it for the test to see. */
async function proxyTo(port: number, status = 200) {
  const asked: string[] = [];
  const passed: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(400).end();
  });
  server.on('connect', (request, client: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    client.on('error', () => {});
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.on('data', (bytes: Buffer) => passed.push(bytes));
    client.pipe(upstream).pipe(client);
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return { url, asked, passed };
}

const get = (address: string) =>
  verifierClient({ address: new URL(address), hostKey, clock: () => new Date(), deadlineMs: 5_000 }).get({
    path: '/v1/challenges',
  });

describe('an agent behind a proxy', () => {
  let root: Issued;
  beforeAll(() => {
    root = issueRoot();
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, formatPem('CERTIFICATE', root.der)]);
    return () => setDefaultCACertificates(before);
  });
  let undo = (): void => {};
  afterEach(() => {
    undo();
    undo = () => {};
  });
  const use = (environment: Readonly<Record<string, string>>): void => {
    undo = useProxyOf(environment);
  };

  it('speaks to its verifier through it, and the proxy sees a name, a port and what it cannot read', async () => {
    const proxy = await proxyTo(await tlsVerifier(root));
    use({ HTTPS_PROXY: proxy.url });
    expect(await get(`https://${NAME}:8443`)).toEqual({ fine: true });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:8443`]);
    const passed = Buffer.concat(proxy.passed);
    // A TLS handshake record, and nothing of the request.
    expect(passed[0]).toBe(22);
    expect(passed.toString('latin1')).not.toMatch(/dpop|\/v1\//i);
  });

  it('believes no proxy that answers in the place of the verifier', async () => {
    const proxy = await proxyTo(await tlsVerifier(issueRoot({ subject: 'Inspecting Proxy' })));
    use({ HTTPS_PROXY: proxy.url });
    await expect(get(`https://${NAME}:8443`)).rejects.toMatchObject({ code: 'verifier_unreachable' });
  });

  it('says what the proxy said where it refuses', async () => {
    const proxy = await proxyTo(0, 407);
    use({ https_proxy: proxy.url });
    await expect(get(`https://${NAME}:8443`)).rejects.toMatchObject({
      code: 'verifier_unreachable',
      message: expect.stringContaining('407'),
    });
    expect(proxy.asked).toEqual([`CONNECT ${NAME}:8443`]);
  });

  it('asks it for nothing that NO_PROXY names, nor for this machine, nor for what a cloud tells a machine', async () => {
    const proxy = await proxyTo(await tlsVerifier(root));
    use({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: `${NAME},.corp.example` });
    await expect(get(`https://${NAME}:8443`)).rejects.toMatchObject({ code: 'verifier_unreachable' });
    await expect(get('https://attest.corp.example')).rejects.toMatchObject({ code: 'verifier_unreachable' });
    const near = createHttpServer((_, response) => response.end('{"near":true}'));
    expect(await get(`http://127.0.0.1:${await listening(near)}`)).toEqual({ near: true });
    const signal = AbortSignal.timeout(200);
    await fetch('http://169.254.169.254/metadata', { signal }).catch(() => {});
    expect(proxy.asked).toEqual([]);
  });

  it('needs none: without a word of one, everything is asked directly', async () => {
    use({ HTTPS_PROXY: ' ', NO_PROXY: '*' });
    const near = createHttpServer((_, response) => response.end('{"near":true}'));
    expect(await get(`http://127.0.0.1:${await listening(near)}`)).toEqual({ near: true });
  });
});
