import { analysePack, type LoadedPack, type RulePack } from '../../policy/packs/index.ts';
import { RequestError } from '../errors.ts';

/** A pack that was approved; `loaded` is null where this verifier finds faults in it, and may not decide by it. */
export type PackInForce = {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly loaded: LoadedPack | null;
};

/** @throws RequestError `invalid_request` with every fault */
export function requireSound(pack: RulePack): LoadedPack {
  const { loaded, findings } = analysePack(pack);
  if (findings.length === 0) return loaded;
  throw new RequestError('invalid_request', 'the rules of the pack are not sound', {
    errors: findings.slice(0, 100).map(({ code, where, message }) => ({
      path: `body.content: ${where}`,
      expected: 'a pack in which sextant policy check finds nothing',
      actual: `${code}: ${message}`.slice(0, 500),
    })),
  });
}

/** By digest: an approved pack is analysed once, and not again whenever something else is approved. */
const known = new Map<string, LoadedPack | null>();

export function packInForce({
  pack,
  digest,
}: {
  readonly pack: RulePack;
  readonly digest: string;
}): PackInForce {
  const { name, version } = pack.manifest;
  let loaded = known.get(digest);
  if (loaded === undefined) {
    const analysed = analysePack(pack);
    loaded = analysed.findings.length === 0 ? analysed.loaded : null;
    known.set(digest, loaded);
  }
  return { name, version, digest, loaded };
}

/** As licences name a pack. */
export function packKey({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}
