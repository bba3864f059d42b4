import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { domain } from '../../../bytes/domain.ts';
import { type Answer, type Asked, call } from '../../api/call.ts';
import type { Problem } from '../../api/problem.ts';
import { isTouchedBy } from '../../api/topics.ts';

type Wanted = Omit<Exclude<NonNullable<Asked<'orderChallenges'>['body']>, Blob>, 'commitment'>;

/** An order under way: its secret, and the keys under which it and its draw are asked for; kept until both are done. */
type UnderWay = {
  readonly of: string;
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly orderKey: string;
  readonly drawKey: string;
  ordered: string | null;
};

const SECRET_BYTES = 32;

/**
 * Orders challenges and draws the devices (docs/challenges.md): commits to a secret of this browser, and tells it once the order is a leaf.
 * Asked again after a lost answer it goes on where it was: an order that was answered is not ordered twice, for each stands in the log. The
 * secret is nowhere but here; with the page it is gone, and the order then lapses.
 *
 * @param tellOrdered called before the order and once it is there, with whether it is
 */
export function useOrderAndDraw(tellOrdered: (isOrdered: boolean) => void) {
  const queries = useQueryClient();
  const underWay = useRef<UnderWay | null>(null);
  return useMutation<Answer<'drawChallenges'>, Problem, Wanted>({
    mutationFn: async (wanted) => {
      const of = JSON.stringify(wanted);
      const now = underWay.current?.of === of ? underWay.current : begun(of);
      underWay.current = now;
      if (now.ordered === null) {
        tellOrdered(false);
        const body = { ...wanted, commitment: await commitmentOf(now.secret) };
        now.ordered = (await call('orderChallenges', { body, idempotencyKey: now.orderKey })).id;
      }
      tellOrdered(true);
      const asked = { params: { challengeId: now.ordered }, body: { secret: hexOf(now.secret) } };
      const drawn = await call('drawChallenges', { ...asked, idempotencyKey: now.drawKey });
      underWay.current = null;
      return drawn;
    },
    onSettled: () => queries.invalidateQueries({ predicate: ({ meta }) => isTouchedBy(meta, ['challenge']) }),
  });
}

function begun(of: string): UnderWay {
  const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return { of, secret, orderKey: crypto.randomUUID(), drawKey: crypto.randomUUID(), ordered: null };
}

async function commitmentOf(secret: Uint8Array): Promise<string> {
  const input = domain('challenge-commitment', secret);
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', input)));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
