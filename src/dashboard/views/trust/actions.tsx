import { useId } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { TrustInput } from './trust-state.tsx';
import { trustWords } from './words.ts';

export type ActionsProps = {
  readonly input: Pick<TrustInput, 'id' | 'kind' | 'state' | 'digest' | 'proposedBy'>;
};

const TOUCHES = ['trust-input'] as const;

/** Approves, refuses or withdraws a version, where the person may; whoever proposed it is told why somebody else must approve it. */
export function Actions({ input: { id, kind, state, digest, proposedBy } }: ActionsProps) {
  const { acts: words } = useWords(trustWords);
  const { session, may } = useSession();
  const hint = useId();
  if (session.readsOnly || !may('trust:approve')) return null;
  const params = { trustInputId: id };
  if (state === 'effective') {
    return (
      <ReasonDialog
        operation="withdrawTrustInput"
        label={words.withdraw}
        explanation={words.withdrawWhat}
        asked={(reason) => ({ params, body: { reason } })}
        touches={TOUCHES}
        done={words.withdrawn}
        grave
      />
    );
  }
  if (state !== 'proposed') return null;
  return (
    <>
      {proposedBy === session.principal.id ? (
        <span className="explained">
          {/* Reached by keyboard all the same, so that it can say why. */}
          <button type="button" className="button" aria-disabled="true" aria-describedby={hint}>
            {words.approve}
          </button>
          <span id={hint}>{words.own}</span>
        </span>
      ) : (
        <ReasonDialog
          operation="approveTrustInput"
          label={words.approve}
          explanation={
            <>
              {kind === 'rule-pack' ? words.approveBeside : words.approveWhat} <Told text={digest} mono />
            </>
          }
          field={null}
          asked={() => ({ params, body: { digest } })}
          touches={TOUCHES}
          done={words.approved}
        />
      )}
      <ReasonDialog
        operation="refuseTrustInput"
        label={words.refuse}
        explanation={words.refuseWhat}
        asked={(reason) => ({ params, body: { reason } })}
        touches={TOUCHES}
        done={words.refused}
        grave
      />
    </>
  );
}
