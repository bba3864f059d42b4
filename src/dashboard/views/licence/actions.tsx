import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { Licence } from './types.ts';
import { licenceWords } from './words.ts';

/** What the licensing authority can do with a licence as it stands: each with a reason, recorded in the log. */
export function Actions({ licence: { id, status } }: { readonly licence: Licence }) {
  const { acts: words } = useWords(licenceWords);
  const { session, may } = useSession();
  if (session.readsOnly || !may('licences:write') || status === 'revoked') return null;
  const ruling = (ruled: Licence['status']) => (reason: string) => ({
    params: { licenceId: id },
    body: { status: ruled, reason },
  });
  const common = { operation: 'ruleOnLicence', touches: ['licence', 'grant', 'hold'] } as const;
  return (
    <>
      {status === 'suspended' ? (
        <ReasonDialog
          {...common}
          label={words.reinstate}
          explanation={words.reinstateWhat}
          done={words.reinstated}
          asked={ruling('active')}
        />
      ) : (
        <ReasonDialog
          {...common}
          label={words.suspend}
          explanation={words.suspendWhat}
          done={words.suspended}
          asked={ruling('suspended')}
          grave
        />
      )}
      <ReasonDialog
        {...common}
        label={words.revoke}
        explanation={words.revokeWhat}
        done={words.revoked}
        asked={ruling('revoked')}
        grave
      />
    </>
  );
}
