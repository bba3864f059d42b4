/**
 * A license server: starts what a grant allows, for the host that holds the grant's key and for nobody else.
 *
 *     npx node examples/license-server/server.ts --verifier http://127.0.0.1:8080 --tenant exporter --port 9090
 *     npx node examples/license-server/ask.ts --data .sextant/demo/guest --verifier http://127.0.0.1:8080 --licence lic_…
 *
 * A host asks `POST /start` with `Authorization: DPoP <grant>` and a DPoP proof (RFC 9449) for this request. The profile is
 * `basic`: receipts, which this example does not ask for, would stand against a stolen key of the verifier's.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { parseArgs } from 'node:util';
import { GrantJudge, reasonsOf } from './judge.ts';
import { listening } from './listening.ts';

/** A proof counts for a minute around its time; for so long nobody may show it again. */
const PROOF_LIFE_MS = 120_000;

type Reply = { readonly status: number; readonly body: object };

/** `url` is this server as hosts reach it: proofs are for it, whatever a request says of its host. */
export function licenseServer(judge: GrantJudge, url: () => string): Server {
  /** Proofs that were admitted, until nobody would admit them any more. */
  const used = new Map<string, number>();

  async function answer({ method, url: path, headers }: IncomingMessage): Promise<Reply> {
    if (method !== 'POST' || path !== '/start') return { status: 404, body: { title: 'Not found' } };
    const grant = /^DPoP (\S+)$/.exec(headers.authorization ?? '')?.[1];
    const proof = headers['dpop'];
    if (grant === undefined || typeof proof !== 'string') {
      return { status: 401, body: { title: 'Show a grant and a DPoP proof of its key' } };
    }
    const judgement = await judge.judge(grant, { possession: { proof, method, url: `${url()}/start` } });
    const { accepted, claims, proofId } = judgement;
    if (!accepted || claims === null || proofId === null) return refused(reasonsOf(judgement));
    const now = judge.now().getTime();
    for (const [id, until] of used) if (until < now) used.delete(id);
    if (used.has(proofId)) return refused(['grant.proof: a proof is good once']);
    used.set(proofId, now + PROOF_LIFE_MS);
    const until = new Date(claims.exp * 1000).toISOString();
    return {
      status: 200,
      body: { licence: claims.sub, host: claims.host.id, devices: claims.devices.count, until },
    };
  }

  return createServer(async (request, response) => {
    const { status, body } = await answer(request).catch(notJudged);
    const type = status === 200 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(`${JSON.stringify(body)}\n`);
  });
}

function refused(reasons: readonly string[]): Reply {
  return { status: 403, body: { title: 'Not licensed', reasons } };
}

/** The verifier could not be asked, and what is known of it is too old: nothing starts. */
function notJudged(error: unknown): Reply {
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 503, body: { title: 'Not judged', detail } };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      verifier: { type: 'string', default: 'http://127.0.0.1:8080' },
      tenant: { type: 'string', default: 'exporter' },
      port: { type: 'string', default: '9090' },
      url: { type: 'string' },
    },
  });
  const { verifier, tenant, port, url } = values;
  const judge = new GrantJudge({ verifier: new URL(verifier), tenant, profile: 'basic' });
  let origin = '';
  const server = licenseServer(judge, () => url ?? origin);
  origin = `http://${await listening(server, Number(port))}`;
  console.log(`license server on ${url ?? origin}, for grants of ${verifier} to ${tenant}`);
}
