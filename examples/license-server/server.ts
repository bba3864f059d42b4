/**
 * A license server: starts what a grant allows, for the host that holds the grant's key and for nobody else.
 *
 *     node examples/license-server/server.ts --verifier http://127.0.0.1:8080 --tenant exporter --port 9090
 *     node examples/license-server/ask.ts --data .sextant/demo/guest --verifier http://127.0.0.1:8080 --licence lic_…
 *
 * A host asks `POST /start` with `Authorization: DPoP <grant>` and a DPoP proof (RFC 9449) for this request. The profile is
 * `basic`: receipts, which this example does not ask for, would stand against a stolen key of the verifier's.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import { GrantJudge, reasonsOf } from './judge.ts';

const { values } = parseArgs({
  options: {
    verifier: { type: 'string', default: 'http://127.0.0.1:8080' },
    tenant: { type: 'string', default: 'exporter' },
    port: { type: 'string', default: '9090' },
  },
});
const judge = new GrantJudge({
  verifier: new URL(values.verifier),
  tenant: values.tenant,
  profile: 'basic',
});
/** Proofs that were admitted, until nobody would admit them any more. */
const used = new Map<string, number>();
const PROOF_LIFE_MS = 120_000;

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((error: unknown) => ({
    status: 503,
    body: { title: 'Not judged', detail: error instanceof Error ? error.message : String(error) },
  }));
  const type = status === 200 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(`${JSON.stringify(body)}\n`);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.port;
  console.log(
    `license server on http://127.0.0.1:${port}, for grants of ${values.verifier} to ${values.tenant}`,
  );
});

async function answer({ method, url, headers }: IncomingMessage): Promise<{ status: number; body: object }> {
  if (method !== 'POST' || url !== '/start') return { status: 404, body: { title: 'Not found' } };
  const grant = /^DPoP (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const proof = headers['dpop'];
  if (grant === undefined || typeof proof !== 'string') {
    return { status: 401, body: { title: 'Show a grant and a DPoP proof of its key' } };
  }
  const possession = { proof, method, url: `http://${headers.host}/start` };
  const judgement = await judge.judge(grant, { possession });
  const { claims, proofId } = judgement;
  const reasons = reasonsOf(judgement).filter(() => !judgement.accepted);
  if (!judgement.accepted || claims === null || proofId === null) {
    return { status: 403, body: { title: 'Not licensed', reasons } };
  }
  for (const [id, until] of used) if (until < Date.now()) used.delete(id);
  if (used.has(proofId))
    return { status: 403, body: { title: 'Not licensed', reasons: ['a proof is good once'] } };
  used.set(proofId, Date.now() + PROOF_LIFE_MS);
  const until = new Date(claims.exp * 1000).toISOString();
  return {
    status: 200,
    body: { licence: claims.sub, host: claims.host.id, devices: claims.devices.count, until },
  };
}
