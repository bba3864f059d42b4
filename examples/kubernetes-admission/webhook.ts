/**
 * A validating admission webhook for Kubernetes: a pod that asks for GPUs is admitted where the grant that it names covers as
 * many, is valid now and is neither suspended nor revoked.
 *
 *     npx node examples/kubernetes-admission/webhook.ts --verifier http://127.0.0.1:8080 --tenant exporter \
 *       --tls-cert tls.crt --tls-key tls.key --port 9443
 *     curl --cacert tls.crt -d @review.json https://localhost:9443/admit
 *
 * The pod names its grant in the annotation `sextant/grant`. A scheduler cannot show the host's key, so the profile is `basic`: that
 * the pod really starts on the host of the grant is for that host's own license check (examples/license-server), and so is that two
 * pods do not use one grant at once. In a cluster, set `failurePolicy: Fail`: what cannot be judged is not admitted.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { parseArgs } from 'node:util';
import { GrantJudge } from '../license-server/judge.ts';
import { listening } from '../license-server/listening.ts';
import { type Counting, type Pod, refusal } from './refusal.ts';

/** What API servers send at most (the limit of an object in etcd, with its former self and who asked). */
const MAX_BYTES = 4 * 1024 * 1024;

type Review = { readonly request: { readonly uid: string; readonly object: Pod } };

export type WebhookOptions = {
  readonly judge: GrantJudge;
  readonly counting: Counting;
  /** PEM. API servers speak nothing but TLS to webhooks. */
  readonly tls: { readonly cert: string; readonly key: string };
};

export function admissionWebhook({ judge, counting, tls }: WebhookOptions): Server {
  return createServer(tls, async (request, response) => {
    const asked = await readReview(request).catch(() => null);
    if (asked === null) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('no AdmissionReview of a pod\n');
      return;
    }
    const why = await refusal(asked.object, judge, counting).catch(
      (error: unknown) => `not judged: ${error instanceof Error ? error.message : error}`,
    );
    const answer = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: asked.uid,
        allowed: why === null,
        ...(why === null ? {} : { status: { code: 403, message: why } }),
      },
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}

/** @throws where it is no review that can be answered: the API server's `failurePolicy` says what becomes of that */
async function readReview(request: IncomingMessage): Promise<Review['request']> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  const { request: asked }: Review = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof asked?.uid !== 'string' || typeof asked.object !== 'object' || asked.object === null) {
    throw new Error('no review');
  }
  return asked;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      verifier: { type: 'string', default: 'http://127.0.0.1:8080' },
      tenant: { type: 'string', default: 'exporter' },
      port: { type: 'string', default: '9443' },
      'tls-cert': { type: 'string', default: 'tls.crt' },
      'tls-key': { type: 'string', default: 'tls.key' },
      'dangerously-count-every-device': { type: 'boolean', default: false },
    },
  });
  const { verifier, tenant, port } = values;
  const server = admissionWebhook({
    judge: new GrantJudge({ verifier: new URL(verifier), tenant, profile: 'basic' }),
    counting: values['dangerously-count-every-device'] ? 'dangerously-every-device' : 'listed',
    tls: { cert: readFileSync(values['tls-cert'], 'utf8'), key: readFileSync(values['tls-key'], 'utf8') },
  });
  const at = await listening(server, Number(port));
  console.log(`admission webhook on https://${at}/admit, for grants of ${verifier} to ${tenant}`);
}
