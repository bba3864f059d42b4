import { deleteFlow, flowById } from '../../store/sign-in/flows.ts';
import type { SignInFlowTable } from '../../store/sign-in/tables.ts';
import { ROLE_SCOPES } from '../access/scopes.ts';
import type { Context } from '../context.ts';
import { CALLBACK_PATH } from './begin-flow.ts';
import { flowValues } from './flow-values.ts';
import type { IssuerClient, IssuerRefusal } from './issuer.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import { type Claims, type Mapped, mapClaims } from './map-claims.ts';
import { openSession } from './open-session.ts';
import { personOf } from './person.ts';
import { matchesSecret, sessionIdOf } from './secret.ts';

/** Why nobody was signed in; what the page says to it is in its dictionary. */
export type FlowRefusal =
  | IssuerRefusal
  | Extract<Mapped, { readonly refused: string }>['refused']
  /** No cookie of a flow, one that was used, or one that is too old: a browser that this verifier did not send. */
  | 'sign_in_expired'
  | 'sign_in_disabled';

export type FinishedFlow =
  | { readonly value: string; readonly returnTo: string }
  | { readonly refused: FlowRefusal };

/**
 * Takes somebody in who comes back from the issuer. The flow is used up first, whatever becomes of it: a second try with the same
 * cookie is none.
 *
 * @param query as it came, without the question mark
 * @param cookie the flow's; undefined where there is none
 */
export async function finishFlow(
  context: Context,
  issuer: IssuerClient,
  settings: IssuerSettings,
  { query, cookie }: { readonly query: string; readonly cookie: string | undefined },
): Promise<FinishedFlow> {
  const flow = cookie === undefined ? null : await takeFlow(context, cookie);
  if (cookie === undefined || flow === null) return { refused: 'sign_in_expired' };
  const currentUrl = new URL(`${context.config.publicUrl.replace(/\/$/, '')}${CALLBACK_PATH}?${query}`);
  const answer = await issuer.claims(flowValues(cookie), currentUrl);
  if ('refused' in answer) {
    context.log.warn({ err: answer.cause, issuer: settings.issuer }, 'nobody was signed in');
    return answer;
  }
  const mapped = mapClaims(settings, answer.claims);
  if ('refused' in mapped) return mapped;
  return letIn(context, settings, flow, { claims: answer.claims, mapped });
}

async function takeFlow(context: Context, cookie: string): Promise<SignInFlowTable | null> {
  const id = sessionIdOf(cookie);
  if (id === null) return null;
  const flow = await context.store.first(flowById, { id });
  // Before it is used up: whoever guesses at identifiers ends nobody's way.
  if (flow === undefined || !matchesSecret(cookie, flow.secret_hash)) return null;
  const taken = await context.store.write((tx) => tx.run(deleteFlow, { id }));
  return taken === 1 && context.clock().getTime() < flow.expires_at_ms ? flow : null;
}

type Person = { readonly claims: Claims; readonly mapped: Exclude<Mapped, { readonly refused: string }> };

async function letIn(
  context: Context,
  settings: IssuerSettings,
  { jkt, return_to: returnTo }: SignInFlowTable,
  { claims, mapped }: Person,
): Promise<FinishedFlow> {
  return context.store.write(async (tx) => {
    const principal = await personOf(context, tx, settings, { claims, mapped });
    if (principal === null) return { refused: 'sign_in_disabled' };
    const { value } = await openSession(context, tx, {
      jkt,
      principal,
      scopes: [...ROLE_SCOPES[mapped.role]].sort().join(' '),
      readsOnly: false,
      method: settings.issuer,
      tokenId: null,
      untilMs: null,
    });
    return { value, returnTo };
  });
}
