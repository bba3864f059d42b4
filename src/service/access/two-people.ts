import type { Tx, View } from '../../store/port.ts';
import { boundOfPrincipal, browsersOfPrincipal, tokenOfOther } from '../../store/registry/keys.ts';
import { RequestError } from '../errors.ts';
import type { Principal, ProvenBy } from '../principal.ts';

/** What a token is to be bound to. */
type Bound = { readonly jkt: string } | { readonly x5tS256: string };

/**
 * A key is one principal's: whoever holds tokens of two by one key would be both of two people.
 * @throws RequestError `proof_key_taken` where a token that is good now and another principal's is bound to it
 */
export async function requireOwnKey(
  tx: Tx,
  { principalId, bound, at }: { readonly principalId: string; readonly bound: Bound; readonly at: Date },
): Promise<void> {
  const text = 'jkt' in bound ? bound.jkt : bound.x5tS256;
  if ((await tx.first(tokenOfOther, { principalId, bound: text, nowMs: at.getTime() })) === undefined) return;
  const what = 'jkt' in bound ? 'key' : 'certificate';
  const path = 'jkt' in bound ? 'token.jkt' : 'token.x5tS256';
  const message = `another principal's token is bound to this ${what}: two people never prove themselves by one`;
  throw new RequestError('proof_key_taken', message, {
    errors: [
      {
        path,
        expected: `a ${what} of this principal alone`,
        actual: text,
        mend: `Make another ${what}, or have the other principal's tokens revoked where both are one person's.`,
      },
    ],
  });
}

/** Who did the first of two acts, and by which key, as far as that was kept. */
export type FirstPerson = { readonly principalId: string; readonly key: ProvenBy | null };

/**
 * The proof key by which two principals are one person, as far as keys tell: the second act is proven by the key of the first, or some key
 * is, or ever was, bound to both. Null where there is none.
 */
export async function sharedKey(view: View, first: FirstPerson, second: Principal): Promise<ProvenBy | null> {
  const firsts = new Set(await keysOf(view, first.principalId, first.key));
  return (await keysOf(view, second.id, second.key ?? null)).find((key) => firsts.has(key)) ?? null;
}

async function keysOf(view: View, principalId: string, shown: ProvenBy | null): Promise<ProvenBy[]> {
  const bound = await view.all(boundOfPrincipal, { principalId });
  const browsers = await view.all(browsersOfPrincipal, { principalId });
  return [
    ...(shown === null ? [] : [shown]),
    ...[...bound, ...browsers].flatMap(({ jkt }): ProvenBy[] => (jkt === null ? [] : [`jkt:${jkt}`])),
    ...bound.flatMap(({ x5t_s256: digest }): ProvenBy[] => (digest === null ? [] : [`x5t:${digest}`])),
  ];
}
