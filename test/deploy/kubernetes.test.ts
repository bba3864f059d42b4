import { describe, expect, it } from 'vitest';
import { instruction } from './containerfile.ts';
import { unknownIn, unknownVariables } from './options.ts';
import { deployed, documents, type Loose } from './read.ts';

const FILES = ['verifier', 'agent', 'landmark'] as const;
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

const all = FILES.flatMap((file) =>
  documents(`kubernetes/${file}.yaml`).map((manifest) => ({ file, manifest })),
);
const workloads = all.filter(({ manifest }) => WORKLOADS.has(manifest.kind));
const podOf = (manifest: Loose): Loose => manifest.spec.template.spec;
const find = (kind: string, name: string): Loose =>
  all.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name)?.manifest;
const verifier = find('StatefulSet', 'sextant-verifier');

const containers = workloads.flatMap(({ file, manifest }) =>
  [...(podOf(manifest).initContainers ?? []), ...podOf(manifest).containers].map((container: Loose) => ({
    name: `${file}/${container.name}`,
    pod: podOf(manifest),
    container,
  })),
);

describe('the manifests', () => {
  it('are each of a kind, a version and a name, in the namespace that their file makes', () => {
    for (const { file, manifest } of all) {
      expect(manifest.apiVersion, file).toMatch(/^(v1|apps\/v1|policy\/v1|networking\.k8s\.io\/v1)$/);
      const namespaces = all.filter((one) => one.file === file && one.manifest.kind === 'Namespace');
      if (manifest.kind !== 'Namespace')
        expect(manifest.metadata.namespace).toBe(namespaces[0]?.manifest.metadata.name);
    }
  });

  it('select the pods that they make', () => {
    for (const { manifest } of workloads)
      expect(manifest.spec.template.metadata.labels).toMatchObject(manifest.spec.selector.matchLabels);
    const { labels } = verifier.spec.template.metadata;
    for (const name of ['sextant-verifier', 'sextant-verifier-each'])
      expect(labels).toMatchObject(find('Service', name).spec.selector);
    for (const kind of ['PodDisruptionBudget', 'NetworkPolicy']) {
      const { spec } = find(kind, 'sextant-verifier');
      expect(labels).toMatchObject((spec.selector ?? spec.podSelector).matchLabels);
    }
  });

  it('hold no secret: passwords and keys come by reference', () => {
    for (const file of FILES) expect(deployed(`kubernetes/${file}.yaml`)).not.toContain('BEGIN ');
    for (const { manifest } of all) expect(manifest.kind).not.toBe('Secret');
    for (const { container, name } of containers) {
      for (const { name: variable, value } of container.env ?? []) {
        if (/PASSWORD|TOKEN|SECRET/.test(variable)) expect(value, name).toBeUndefined();
        if (value !== undefined) expect(value).not.toMatch(/:\/\/[^/]*:[^/]*@/);
      }
    }
  });
});

describe.each(containers)('$name', ({ container, pod, name }) => {
  it('is confined as far as what it asks allows', () => {
    const own = container.securityContext;
    expect(own.readOnlyRootFilesystem).toBe(true);
    expect(pod.automountServiceAccountToken).toBe(false);
    // Else every Service called sextant-… becomes variables that no setting knows.
    expect(pod.enableServiceLinks).toBe(false);
    // The agent alone: a device of the node, which only a privileged container may open.
    if (name.startsWith('agent/')) {
      expect(pod.volumes).toContainEqual({
        name: 'tpm',
        hostPath: { path: '/dev/tpmrm0', type: 'CharDevice' },
      });
      return;
    }
    expect(own).toMatchObject({
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(pod.securityContext.seccompProfile.type).toBe('RuntimeDefault');
  });

  it('is told by words alone what to run: a colon within one makes it something else', () => {
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => container[probe]?.exec);
    const words = [container, ...probes].flatMap((one) => [...(one?.command ?? []), ...(one?.args ?? [])]);
    expect(words.length).toBeGreaterThan(0);
    for (const word of words) expect(word).toBeTypeOf('string');
  });

  it('has of its image the program, the user and the port', () => {
    const stage = name.startsWith('agent/') ? 'agent' : 'verifier';
    expect(container.image).toMatch(new RegExp(`/sextant-${stage}:`));
    const [user] = (instruction(stage, 'USER') ?? '').split(':');
    const [node]: string[] = JSON.parse(instruction(stage, 'ENTRYPOINT') ?? '[]');
    if (stage === 'verifier') expect(pod.securityContext.runAsUser).toBe(Number(user));
    const exec = container.livenessProbe?.exec?.command ?? container.command ?? [];
    if (exec.length > 0) expect([node, '/bin/sh']).toContain(exec[0]);
    const port = container.ports?.find((one: Loose) => one.name === 'https')?.containerPort;
    if (port !== undefined) expect(String(port)).toBe(instruction(stage, 'EXPOSE'));
    // What it may write to and the image has made for its user lies on a volume.
    const set = (instruction(stage, 'ENV') ?? '').split(' ').filter((pair) => /^SEXTANT_.*=\//.test(pair));
    const mounted = container.volumeMounts.map((mount: Loose) => mount.mountPath);
    if (name === 'verifier/verifier' || name === 'agent/agent')
      for (const pair of set) expect(mounted).toContain(pair.split('=')[1]);
  });

  it('mounts volumes that there are', () => {
    const templates = verifier.spec.volumeClaimTemplates.map((claim: Loose) => claim.metadata.name);
    const names = new Set([...pod.volumes.map((volume: Loose) => volume.name), ...templates]);
    for (const mount of container.volumeMounts) expect(names).toContain(mount.name);
  });
});

describe.each(workloads)('$file', ({ manifest }) => {
  const [main] = podOf(manifest).containers;

  it('runs a command line that there is, with variables that it reads', () => {
    expect(unknownIn(main.args)).toEqual([]);
    expect(unknownVariables((main.env ?? []).map((one: Loose) => one.name))).toEqual([]);
  });

  it('is bounded', () => {
    expect(main.resources.limits.memory).toMatch(/^\d+(Mi|Gi)$/);
    expect(main.resources.requests.cpu).toBeDefined();
  });
});

describe('verifiers', () => {
  const pod = podOf(verifier);
  const [main] = pod.containers;
  const option = (name: string): string | undefined =>
    main.args.find((arg: string) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

  it('are several, of which one may be missing', () => {
    expect(verifier.spec.replicas).toBeGreaterThan(1);
    expect(find('PodDisruptionBudget', 'sextant-verifier').spec.maxUnavailable).toBe(1);
  });

  it('are asked whether they answer and whether they can serve, over the port where they listen', () => {
    const port = main.ports.find((one: Loose) => one.name === 'https').containerPort;
    expect(option('port')).toBe(String(port));
    for (const [probe, path] of [
      ['startupProbe', '/healthz'],
      ['livenessProbe', '/healthz'],
      ['readinessProbe', '/readyz'],
    ] as const)
      expect(main[probe].httpGet).toEqual({ path, port: 'https', scheme: 'HTTPS' });
    expect(find('NetworkPolicy', 'sextant-verifier').spec.ingress[0].ports[0].port).toBe(port);
  });

  it('drain for longer than it takes to be noticed, and are given longer than that to stop', () => {
    const { periodSeconds, failureThreshold } = main.readinessProbe;
    const drain = Number(option('drain'));
    expect(drain).toBeGreaterThan(2 * periodSeconds * failureThreshold);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drain + 20);
  });

  it('share database, keys and names, and have a data folder each', () => {
    const env = Object.fromEntries(main.env.map(({ name, value }: Loose) => [name, value]));
    expect(env['SEXTANT_DATABASE_URL']).toMatch(/^postgres:/);
    const keys = main.volumeMounts.find((mount: Loose) => env['SEXTANT_KEYS'].startsWith(mount.mountPath));
    expect(
      pod.volumes.find((volume: Loose) => volume.name === keys.name).persistentVolumeClaim,
    ).toBeDefined();
    expect(find('PersistentVolumeClaim', 'sextant-keys').spec.accessModes).toEqual(['ReadWriteMany']);
    expect(option('public-url')).toBeDefined();
    expect(option('log-origin')).toBeDefined();
    const [claim] = verifier.spec.volumeClaimTemplates;
    const data = main.volumeMounts.find((mount: Loose) => env['SEXTANT_DATA'].startsWith(mount.mountPath));
    expect(claim.metadata.name).toBe(data.name);
  });
});

it('a landmark is one, by the address of its node', () => {
  const { spec } = find('Deployment', 'sextant-landmark');
  expect([spec.replicas, spec.strategy.type, spec.template.spec.hostNetwork]).toEqual([1, 'Recreate', true]);
});
