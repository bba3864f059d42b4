import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createServer } from 'node:net';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

const TIMEOUT_MS = 5_000;

type Place = { readonly host: string; readonly port: number; readonly secure: boolean };

/** Whether the port can be bound, or a verifier serves there already, and then whether it is ready. */
export async function examineListening(place: Place): Promise<{ findings: Finding[]; serves: boolean }> {
  const { host, port } = place;
  const id = 'port';
  const failure = await bind(host, port);
  if (failure === null) {
    return {
      findings: [ok(id, `${host} port ${port} is free`), skipped('ready', 'no verifier serves there')],
      serves: false,
    };
  }
  if (failure !== 'EADDRINUSE')
    return {
      findings: [
        problem(
          id,
          `${host} port ${port}: ${failure}`,
          MENDS[failure] ?? 'Choose others with --host and --port.',
        ),
      ],
      serves: false,
    };
  try {
    const { status, body } = await ask(place, '/readyz');
    const found = ok(id, `a verifier serves on ${host} port ${port}`);
    if (status === 200) return { findings: [found, ok('ready', 'it is ready')], serves: true };
    const mend = 'Its log says why each check failed.';
    return {
      findings: [found, problem('ready', `it is not ready: ${body.slice(0, 300)}`, mend)],
      serves: true,
    };
  } catch (error) {
    const mend = 'Stop what listens there, or choose another with --port.';
    return {
      findings: [
        problem(id, `port ${port} is taken, and no verifier answers there: ${wordsOf(error)}`, mend),
      ],
      serves: false,
    };
  }
}

const MENDS: { readonly [code: string]: string } = {
  EACCES: 'Ports below 1024 take a right of their own: choose another, or give CAP_NET_BIND_SERVICE.',
  EADDRNOTAVAIL: 'That is no address of this machine: --host names one that is, or 0.0.0.0.',
};

async function bind(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : wordsOf(error);
  } finally {
    server.close();
  }
}

function ask({ host, port, secure }: Place, path: string): Promise<{ status: number; body: string }> {
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  // Nothing is sent and little believed: whether the certificate is good for its name is looked at elsewhere.
  const options = { host: here, port, path, rejectUnauthorized: false, timeout: TIMEOUT_MS, agent: false };
  return new Promise((resolve, reject) => {
    const asked = (secure ? requestHttps : requestHttp)(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        if (body.length < 4096) body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    asked.on('error', reject).end();
  });
}

/** Whether this verifier answers under the address that hosts use: the one that proofs and bindings are made for. */
export async function examinePublicUrl(
  publicUrl: string | undefined,
  { serves, logKey }: { readonly serves: boolean; readonly logKey: string | null },
): Promise<Finding> {
  const id = 'public-url';
  if (publicUrl === undefined) return skipped(id, 'none is given: hosts use the address where it listens');
  const url = URL.parse(publicUrl);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  )
    return problem(id, `${publicUrl} is no http or https address alone`, 'Give https://host[:port].');
  if (!serves) return skipped(id, 'no verifier serves yet');
  try {
    const response = await fetch(new URL(`${url.pathname.replace(/\/$/, '')}/v1/log/key`, url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const key = (await response.text()).trim();
    if (response.status !== 200)
      return problem(
        id,
        `${publicUrl} answers ${response.status}`,
        'Have the proxy pass every path on as it is.',
      );
    if (logKey === null)
      return warning(
        id,
        `${publicUrl} answers; whether it is this verifier is not known`,
        'Run this where the keys are.',
      );
    if (key.endsWith(logKey)) return ok(id, `${publicUrl} reaches this verifier`);
    return problem(
      id,
      `${publicUrl} is another verifier: its log has another key`,
      'Give this one’s own address.',
    );
  } catch (error) {
    return warning(
      id,
      `${publicUrl} is not reached from here: ${wordsOf(error)}`,
      'Hosts must reach it; some networks hide it from within.',
    );
  }
}
