import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Instant, useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { peopleWords } from './words.ts';

type Token = Item<'listTokens'>;

/** The tokens of a principal, the newest first: what each is bound to, until when, and when it was used. */
export function Tokens({ principalId }: { readonly principalId: string }) {
  const words = useWords(peopleWords);
  const read = useAll('listTokens', {}, { live: ['principal'] });
  const tokens = read.data?.filter((token) => token.principalId === principalId).toReversed();
  return (
    <Panel title={words.tokens}>
      <Shown read={{ ...read, data: tokens }}>
        {(listed) =>
          listed.length === 0 ? (
            <Empty>{words.noTokens}</Empty>
          ) : (
            <Scroller label={words.tokens}>
              <table className="plain-table">
                <thead>
                  <tr>
                    {[words.label, words.use, words.scopes, words.lastUsedAt, words.expiresAt].map(
                      (header) => (
                        <th key={header} scope="col">
                          {header}
                        </th>
                      ),
                    )}
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {listed.map((token) => (
                    <Row key={token.id} token={token} />
                  ))}
                </tbody>
              </table>
            </Scroller>
          )
        }
      </Shown>
    </Panel>
  );
}

function Row({ token }: { readonly token: Token }) {
  const words = useWords(peopleWords);
  const { session, may } = useSession();
  const { id, label, scopes, lastUsedAt, expiresAt, revokedAt } = token;
  return (
    <tr>
      <th scope="row">
        <Told text={label} />
      </th>
      <td>
        <Use token={token} />
      </td>
      <td title={scopes.join(', ')}>{words.scopeCount(scopes.length)}</td>
      <td>
        <Instant at={lastUsedAt} />
      </td>
      <td>{expiresAt === null ? words.never : <Instant at={expiresAt} />}</td>
      <td>
        {revokedAt === null && may('tokens:write') && !session.readsOnly && (
          <ReasonDialog
            operation="revokeToken"
            label={words.revoke}
            explanation={words.revokeWhat(toldText(label))}
            field={null}
            asked={() => ({ params: { tokenId: id } })}
            touches={['principal']}
            done={words.revoked}
            grave
          />
        )}
      </td>
    </tr>
  );
}

/** What a token is good for now, worst first. */
function Use({ token }: { readonly token: Token }) {
  const { uses } = useWords(peopleWords);
  const now = useNow().getTime();
  const isPast = (at: string | null): boolean => at !== null && Date.parse(at) <= now;
  if (token.revokedAt !== null) return <Status tone="idle">{uses.revoked}</Status>;
  if (isPast(token.expiresAt)) return <Status tone="idle">{uses.expired}</Status>;
  if (token.jkt !== null) return <Status tone="good">{uses.key}</Status>;
  if (token.x5tS256 !== null) return <Status tone="good">{uses.certificate}</Status>;
  if (token.bindUntil !== null && !isPast(token.bindUntil)) return <Status tone="warn">{uses.open}</Status>;
  return <Status tone="info">{uses.reads}</Status>;
}
