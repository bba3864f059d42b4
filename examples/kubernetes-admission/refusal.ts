import { type GrantJudge, reasonsOf } from '../license-server/judge.ts';

const ANNOTATION = 'sextant/grant';
const RESOURCES = 'nvidia.com/';
const GPU = `${RESOURCES}gpu`;

type Container = {
  /** Of an init container: `Always` makes it a sidecar, which goes on beside the others. */
  readonly restartPolicy?: string;
  readonly resources?: { readonly limits?: { readonly [resource: string]: string | number } };
};

/** What of a pod this example looks at; the API server has checked its shape. */
export type Pod = {
  readonly metadata?: { readonly annotations?: { readonly [name: string]: string } };
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly resourceClaims?: readonly unknown[];
  };
};

/** How the devices of a grant are counted where it does not list them: not at all, or all of them as GPUs. */
export type Counting = 'listed' | 'dangerously-every-device';

/** Why the pod is not admitted; null where it is. @throws as `GrantJudge.judge` */
export async function refusal(pod: Pod, judge: GrantJudge, counting: Counting): Promise<string | null> {
  const asked = gpusOf(pod);
  if (asked === 0) return null;
  const grant = pod.metadata?.annotations?.[ANNOTATION];
  if (grant === undefined) return `a pod with GPUs names its grant in the annotation ${ANNOTATION}`;
  const judgement = await judge.judge(grant, { possession: null });
  if (!judgement.accepted || judgement.claims === null) return reasonsOf(judgement).join('; ');
  const { count, list } = judgement.claims.devices;
  // A host's TPM may be licensed too, and is no GPU.
  const granted = list?.filter(({ kind }) => kind === 'gpu').length ?? (counting === 'listed' ? null : count);
  if (granted === null) return 'the grant does not list its devices: its host asks for one with listDevices';
  return asked <= granted ? null : `the grant covers ${granted} GPUs; the pod asks for ${asked}`;
}

/**
 * As the scheduler reckons: all containers and sidecars at once, or the hungriest init container with the sidecars. What
 * cannot be counted, a slice of a GPU or one that is claimed elsewhere, is more than anything that was granted.
 */
export function gpusOf({ spec = {} }: Pod): number {
  const { containers = [], initContainers = [], resourceClaims = [] } = spec;
  if (resourceClaims.length > 0) return Number.POSITIVE_INFINITY;
  const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';
  const sidecars = sum(initContainers.filter(isSidecar));
  const first = Math.max(0, ...initContainers.filter((one) => !isSidecar(one)).map(limitOf));
  return sidecars + Math.max(sum(containers), first);
}

function sum(containers: readonly Container[]): number {
  return containers.reduce((total, one) => total + limitOf(one), 0);
}

function limitOf({ resources }: Container): number {
  const limits = Object.entries(resources?.limits ?? {}).filter(([name]) => name.startsWith(RESOURCES));
  return limits.reduce((total, [name, limit]) => {
    const count = Number(limit);
    const counts = Number.isSafeInteger(count) && (name === GPU ? count >= 0 : count === 0);
    return total + (counts ? count : Number.POSITIVE_INFINITY);
  }, 0);
}
