import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { isSameAsked, type Repeatable } from './again.ts';
import { type Answer, type Asked, call, type OperationId } from './call.ts';
import type { Problem } from './problem.ts';
import { isTouchedBy, type Topic } from './topics.ts';

/**
 * A change, done once: the key under which it is asked for is drawn with the first attempt and kept until one is answered, so that
 * whoever presses again after a lost answer gets that answer. What shows the topics is read again afterwards.
 */
export function useChange<O extends OperationId>(operation: O, touches: readonly Topic[]) {
  const queries = useQueryClient();
  const key = useRef<{ readonly of: Repeatable; readonly value: string } | null>(null);
  return useMutation<Answer<O>, Problem, Omit<Asked<O>, 'signal' | 'idempotencyKey'>>({
    mutationFn: async (asked) => {
      const before = key.current;
      const kept = before !== null && isSameAsked(before.of, asked) ? before : null;
      key.current = kept ?? { of: asked, value: crypto.randomUUID() };
      const answer = await call(operation, { ...asked, idempotencyKey: key.current.value } as Asked<O>);
      key.current = null;
      return answer;
    },
    onSuccess: () => queries.invalidateQueries({ predicate: ({ meta }) => isTouchedBy(meta, touches) }),
  });
}
