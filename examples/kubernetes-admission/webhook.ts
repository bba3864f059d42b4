/**
 * A validating admission webhook for Kubernetes: a pod that asks for GPUs is admitted where the grant that it names covers as
 * many, is valid now and is neither suspended nor revoked.
 *
 *     node examples/kubernetes-admission/webhook.ts --verifier http://127.0.0.1:8080 --tenant exporter --port 9443
 *     curl -d @review.json http://127.0.0.1:9443/admit
 *
 * The pod names its grant in the annotation `sextant/grant`. A scheduler cannot show the host's key, so the profile is `basic`: that
 * the pod really starts on the host of the grant is for that host's own license check (examples/license-server). In a cluster, put TLS
 * in front and set `failurePolicy: Fail`: what cannot be judged is not admitted.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { GrantJudge, reasonsOf } from '../license-server/judge.ts';

const ANNOTATION = 'sextant/grant';
const RESOURCE = 'nvidia.com/gpu';

const { values } = parseArgs({
  options: {
    verifier: { type: 'string', default: 'http://127.0.0.1:8080' },
    tenant: { type: 'string', default: 'exporter' },
    port: { type: 'string', default: '9443' },
  },
});
const judge = new GrantJudge({ verifier: new URL(values.verifier), tenant: values.tenant, profile: 'basic' });

type Container = {
  readonly resources?: { readonly limits?: { readonly [resource: string]: string | number } };
};
type Review = {
  readonly request: {
    readonly uid: string;
    readonly object: {
      readonly metadata?: { readonly annotations?: { readonly [name: string]: string } };
      readonly spec?: {
        readonly containers?: readonly Container[];
        readonly initContainers?: readonly Container[];
      };
    };
  };
};

const server = createServer(async (request, response) => {
  const { request: asked }: Review = JSON.parse(await text(request));
  const why = await refusal(asked).catch((error: unknown) => `not judged: ${error}`);
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
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.port;
  console.log(`admission webhook on http://127.0.0.1:${port}/admit, for grants of ${values.verifier}`);
});

/** Why the pod is not admitted; null where it is. */
async function refusal({ object }: Review['request']): Promise<string | null> {
  const { containers = [], initContainers = [] } = object.spec ?? {};
  const asked = [...containers, ...initContainers].reduce((sum, one) => sum + gpusOf(one), 0);
  if (asked === 0) return null;
  const grant = object.metadata?.annotations?.[ANNOTATION];
  if (grant === undefined) return `a pod with GPUs names its grant in the annotation ${ANNOTATION}`;
  const judgement = await judge.judge(grant, { possession: null });
  if (!judgement.accepted || judgement.claims === null) return reasonsOf(judgement).join('; ');
  const { count } = judgement.claims.devices;
  return asked <= count ? null : `the grant covers ${count} GPUs; the pod asks for ${asked}`;
}

function gpusOf({ resources }: Container): number {
  const count = Number(resources?.limits?.[RESOURCE] ?? 0);
  // What cannot be counted is more than anything that was granted.
  return Number.isSafeInteger(count) && count >= 0 ? count : Number.POSITIVE_INFINITY;
}
