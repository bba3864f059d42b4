import { useNow } from '../../parts/instant.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { licenceWords } from './words.ts';

type RevokeGrantProps = {
  readonly grant: {
    readonly grantId: string;
    readonly status: 'valid' | 'invalid' | 'suspended';
    readonly expiresAt: string;
  };
};

/** Ends one grant, for good; not offered for what is over anyway. */
export function RevokeGrant({ grant: { grantId, status, expiresAt } }: RevokeGrantProps) {
  const { grants: words } = useWords(licenceWords);
  const { session, may } = useSession();
  const ended = Date.parse(expiresAt) <= useNow().getTime();
  if (session.readsOnly || !may('grants:revoke') || status === 'invalid' || ended) return null;
  return (
    <ReasonDialog
      label={words.revoke}
      explanation={words.revokeWhat}
      operation="revokeGrant"
      asked={(reason) => ({ params: { grantId }, body: { reason } })}
      touches={['grant', 'ledger']}
      done={words.revoked}
      grave
    />
  );
}
