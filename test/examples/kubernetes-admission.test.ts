import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Counting, gpusOf } from '../../examples/kubernetes-admission/refusal.ts';
import { admissionWebhook } from '../../examples/kubernetes-admission/webhook.ts';
import { GrantJudge } from '../../examples/license-server/judge.ts';
import { listening } from '../../examples/license-server/listening.ts';
import { formatPem } from '../../src/bytes/pem.ts';
import { OID } from '../../src/pki/object-identifiers.ts';
import { issueLeaf, issueRoot } from '../pki/issue.ts';
import { plain, subjectAltName } from '../pki/issue-extensions.ts';
import { type Granted, granted } from './granted.ts';

/** What a cluster's own CA issues to the webhook's service. */
function makeTls() {
  const ca = issueRoot();
  const leaf = issueLeaf(ca, {
    extensions: { [OID.subjectAltName]: plain(subjectAltName('dns:localhost')) },
  });
  const key = leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca: formatPem('CERTIFICATE', ca.der), cert: formatPem('CERTIFICATE', leaf.der), key };
}
const tls = makeTls();

async function serve({ licensed: { world } }: Granted, counting: Counting): Promise<number> {
  const judge = new GrantJudge({
    verifier: new URL(world.server.url),
    tenant: 'acme',
    profile: 'basic',
    clock: world.context.clock,
  });
  const server = admissionWebhook({ judge, counting, tls });
  onTestFinished(() => void server.close());
  return Number((await listening(server, 0)).split(':')[1]);
}

/** As kube-apiserver calls a webhook: POST over TLS under the CA that was registered, JSON, with a timeout in the query. */
async function post(port: number, body: string) {
  const call = request({
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    path: '/admit?timeout=10s',
    method: 'POST',
    ca: tls.ca,
    agent: false,
    headers: { accept: 'application/json, */*', 'content-type': 'application/json' },
  });
  const answered = new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    call.once('error', reject);
    call.once('response', async (response) =>
      resolve({ status: response.statusCode, text: await text(response) }),
    );
  });
  call.end(body);
  return answered;
}

/** An AdmissionReview with everything that an API server says in one. */
function reviewOf(gpus: number, grant?: string) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'training',
      namespace: 'research',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:research:queue', groups: ['system:authenticated'] },
      object: {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: 'training', ...(grant && { annotations: { 'sextant/grant': grant } }) },
        spec: {
          containers: [
            { name: 'worker', resources: { limits: { 'nvidia.com/gpu': String(gpus), cpu: '4' } } },
          ],
        },
      },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}

async function ask(port: number, gpus: number, grant?: string) {
  const review = reviewOf(gpus, grant);
  const { status, text: answer } = await post(port, JSON.stringify(review));
  expect(status).toBe(200);
  const { apiVersion, kind, response } = JSON.parse(answer);
  expect({ apiVersion, kind, uid: response.uid }).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    uid: review.request.uid,
  });
  return { allowed: response.allowed, code: response.status?.code, message: response.status?.message };
}

describe('the admission webhook of the examples', () => {
  it('admits as many GPUs as the grant covers and no more, and asks no grant of a pod without', async () => {
    const host = await granted();
    const port = await serve(host, 'dangerously-every-device');
    expect(await ask(port, 1, host.grant)).toEqual({ allowed: true });
    expect(await ask(port, 2, host.grant)).toEqual({
      allowed: false,
      code: 403,
      message: 'the grant covers 1 GPUs; the pod asks for 2',
    });
    expect(await ask(port, 0)).toEqual({ allowed: true });
    expect(await ask(port, 1)).toMatchObject({ allowed: false, code: 403 });
  });

  it('counts no other device that is licensed as a GPU, and nothing that is not listed', async () => {
    const unlisted = await granted();
    const answer = await ask(await serve(unlisted, 'listed'), 1, unlisted.grant);
    expect(answer).toMatchObject({ allowed: false, message: expect.stringContaining('listDevices') });
    // Its host's TPM is all that this grant names.
    const listed = await granted({ listDevices: true });
    const other = await ask(await serve(listed, 'listed'), 1, listed.grant);
    expect(other).toMatchObject({ allowed: false, message: 'the grant covers 0 GPUs; the pod asks for 1' });
  });

  it('admits nothing by a grant that has ended, is suspended or cannot be read, and says which', async () => {
    const host = await granted();
    const { world, host: enrolled, post: rule } = host.licensed;
    const port = await serve(host, 'dangerously-every-device');
    const message = async (grant: string) => String((await ask(port, 1, grant)).message).split(':')[0];
    expect(await message('not a grant')).toBe('grant.well-formed');
    await rule(`/v1/hosts/${enrolled.hostId}/suspension`, { reason: 'for a test' });
    expect(await message(host.grant)).toBe('grant.status');
    await rule(`/v1/hosts/${enrolled.hostId}/reinstatement`, { reason: 'for a test' });
    world.pass(3_600_000);
    expect(await message(host.grant)).toBe('grant.expired');
  });

  it('answers what is no review with 400, and goes on', async () => {
    const host = await granted();
    const port = await serve(host, 'listed');
    for (const body of ['', 'no JSON', '{}', '{"request":null}', '{"request":{"uid":"u"}}', 'null']) {
      expect((await post(port, body)).status).toBe(400);
    }
    expect(await ask(port, 0)).toEqual({ allowed: true });
  });

  it.each([
    [{}, 0],
    [{ spec: { containers: [limits(2), limits(1)] } }, 3],
    [{ spec: { containers: [limits(1)], initContainers: [limits(4), limits(2)] } }, 4],
    [{ spec: { containers: [limits(1)], initContainers: [{ ...limits(1), restartPolicy: 'Always' }] } }, 2],
    [{ spec: { containers: [limits('x')] } }, Infinity],
    [{ spec: { containers: [limits(-1)] } }, Infinity],
    [{ spec: { containers: [limits(1, 'nvidia.com/mig-1g.10gb')] } }, Infinity],
    [{ spec: { resourceClaims: [{ name: 'gpu' }] } }, Infinity],
  ])('reckons a pod’s GPUs as its scheduler does: %j', (pod, expected) => {
    expect(gpusOf(pod)).toBe(expected);
  });
});

function limits(count: number | string, resource = 'nvidia.com/gpu') {
  return { resources: { limits: { [resource]: count } } };
}
